"""Whether this process answers, and whether it can do its work."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from credentials.models import Issuer, SigningKey


@require_safe
@login_not_required
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@login_not_required
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every part is ready, else 503; the body names the state of each part.

    ``unknown`` is a part that could not be looked at, since the database is away.
    """
    parts = {"database": _state(_database_answers)}
    ready = parts["database"] == "ok"
    for name, question in (("migrations", _is_migrated), ("keys", _has_keys)):
        parts[name] = _state(question) if ready else "unknown"
    is_ready = all(state == "ok" for state in parts.values())
    body = {"status": "ok" if is_ready else "unavailable", "parts": parts}
    return JsonResponse(body, status=200 if is_ready else 503)


def _state(question: Callable[[], bool]) -> str:
    try:
        return "ok" if question() else "failing"
    except (DatabaseError, OSError):  # no words: they can hold names and addresses
        return "failing"


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _is_migrated() -> bool:
    return _last_migrations() <= set(MigrationRecorder(connection).applied_migrations())


@cache
def _last_migrations() -> frozenset[tuple[str, str]]:
    """The migrations that this process was started with; reading them takes time."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _has_keys() -> bool:
    """Whether every issuer has its active keys, so that no approval waits for one."""
    active = Count("keys", Q(keys__retired_at=None, keys__compromised_at=None))
    needed = len(SigningKey.Algorithm)
    return not Issuer.objects.annotate(n=active).filter(n__lt=needed).exists()
