from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from credentials import sweeping

pytestmark = pytest.mark.django_db


def test_ended_sessions_are_thrown_away_at_night_and_others_stay():
    now = timezone.now()
    for key, ends in (("ended", -1), ("running", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=now + timedelta(days=ends)
        )

    sweeping.forget_old()

    assert list(Session.objects.values_list("session_key", flat=True)) == ["running"]
