"""Entry point of the web server."""

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")

application = get_wsgi_application()


def _warm_up() -> None:
    """Read contexts and fonts now: the first signature and the first certificate of a
    process would otherwise keep somebody waiting."""
    # Slow imports, and they need Django set up.
    from credentials import certificates, sealing

    sealing.warm_up()
    certificates.warm_up()


threading.Thread(target=_warm_up, daemon=True).start()
