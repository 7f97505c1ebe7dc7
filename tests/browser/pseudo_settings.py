"""Settings of a site that speaks the tests' own language as well."""

import os
from pathlib import Path

from portfolio.settings import *  # noqa: F403
from portfolio.settings import LANGUAGES, LOCALE_PATHS
from tests.browser.pseudo_locale import LANGUAGE

LANGUAGES = [*LANGUAGES, (LANGUAGE, "Pseudo")]
LOCALE_PATHS = [Path(os.environ["PSEUDO_LOCALE"]), *LOCALE_PATHS]
