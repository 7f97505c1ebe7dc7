from types import SimpleNamespace

from django.utils import timezone

from credentials.tasks import MOST_TRIES, RETRY


def wait_after(tries):
    decision = RETRY.get_retry_decision(
        exception=OSError(), job=SimpleNamespace(attempts=tries)
    )
    if decision is None:
        return None
    return round((decision.retry_at - timezone.now()).total_seconds())


def test_a_failed_job_waits_longer_each_time_but_never_more_than_an_hour():
    waits = [wait_after(tries) for tries in range(MOST_TRIES)]

    assert waits[:4] == [5, 10, 20, 40]
    assert waits == sorted(waits)
    assert max(waits) == 3600


def test_a_job_is_given_up_after_its_last_try():
    assert wait_after(MOST_TRIES) is None
