"""Entry point of the web server."""

import multiprocessing
import os
import signal
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


def _end_with_the_server() -> None:
    """End this process in good order when the server that started it was killed.

    It would otherwise hold the port and go on answering, with nobody to stop it.
    """
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os.kill(os.getpid(), signal.SIGTERM)


threading.Thread(target=_end_with_the_server, daemon=True).start()
