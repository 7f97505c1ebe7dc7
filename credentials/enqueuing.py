"""Jobs that jobs enqueue: in the transaction that decides, as everywhere else.

The library gives a worker a pool of its own connections, for jobs to take and to end.
Its ``defer`` would use that pool too: a job enqueued by a job would be there although
what it is about was rolled back, and before it was committed. So here ``defer`` speaks
to the database by the connection of its own thread, in a worker as in a request.
"""

from __future__ import annotations

from procrastinate import App
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector


class WorkerConnector(PsycopgConnector):
    """The worker's own pool; what jobs enqueue goes by Django's connection."""

    def get_sync_connector(self) -> BaseConnector:
        return DjangoConnector()


class Connector(DjangoConnector):
    """Django's connection, and what a worker uses instead."""

    def get_worker_connector(self) -> WorkerConnector:
        return WorkerConnector(kwargs=connector_params(self.alias))


def prepare(app: App) -> None:
    """Have an app enqueue inside transactions, whoever runs it."""
    app.connector = app.job_manager.connector = Connector()
