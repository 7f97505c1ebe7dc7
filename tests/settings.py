"""Settings of the test run: the real ones, with an environment of its own."""

import base64
import os
import sys
import tempfile
from pathlib import Path

os.environ |= {
    "CAIRN_DEMO": "0",
    "DEBUG": "0",
    "SITE_URL": "https://cairn.example.org",
    "SECRET_KEY": "only-for-tests-and-long-enough-to-satisfy-the-checks-0123456789",
    "CREDENTIALS_KEK": base64.b64encode(b"k" * 32).decode(),
    "OPERATOR_EMAIL": "operator@cairn.example.org",
    "EMAIL_URL": "smtp://localhost:25",
}
os.environ.setdefault("CAIRN_DATA", tempfile.mkdtemp(prefix="cairn-tests-"))
if "DATABASE_URL" not in os.environ:
    if "pytest" in sys.modules:
        from portfolio.running import postgres

        os.environ["DATABASE_URL"] = postgres.ensure_running(
            Path(__file__).parent.parent / ".cairn" / "tests", for_tests=True
        )
    else:  # mypy reads settings without a database
        os.environ["DATABASE_URL"] = "postgres://nobody@127.0.0.1:1/none"

from portfolio.settings import *  # noqa: F403
from portfolio.settings import DATABASES, STATIC_ROOT, STORAGES

DATABASES["default"]["OPTIONS"].pop("pool")  # race tests open real connections
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATUS_LIST_SHARE = 0.002  # 262 entries an issuer: filling the table takes time
SECURE_SSL_REDIRECT = False
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns without it
