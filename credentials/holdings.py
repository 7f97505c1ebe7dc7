"""The one event that goes up: somebody's credentials changed.

Every writer of ``Credential`` calls ``holdings_changed`` inside its transaction.
Apps above register a listener in their ``AppConfig.ready``. A listener may only
enqueue a job: it runs inside the deciding transaction and must never decide itself.
"""

from __future__ import annotations

from collections.abc import Callable

Listener = Callable[[int], None]

_listeners: dict[str, Listener] = {}


def when_holdings_change(name: str, listener: Listener) -> None:
    """Call ``listener(learner_id)`` at each change; ``name`` registers only once."""
    _listeners[name] = listener


def holdings_changed(learner_id: int | None) -> None:
    """Tell every listener. Credentials that nobody claimed yet change nobody's."""
    if learner_id is None:
        return
    for listener in _listeners.values():
        listener(learner_id)
