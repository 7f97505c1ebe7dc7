import pytest

from credentials import publishing
from credentials.models import AchievementVersion
from tests.factories import make_draft_version, make_member

pytestmark = pytest.mark.django_db


def test_a_text_that_no_signature_covers_keeps_a_badge_from_publication():
    version = make_draft_version()
    version.criteria.update(statement="Rings the bell\x07.")
    designer = make_member(version.achievement.issuer, "designer")

    with pytest.raises(publishing.NotReady, match="cannot be signed"):
        publishing.publish(version, by=designer)

    assert not AchievementVersion.objects.get(pk=version.pk).is_published
