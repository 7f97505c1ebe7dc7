import pytest

from credentials import publishing
from tests.factories import make_draft_version, make_member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["https://skills.example/{1}", "https://s.example/|"]
)
def test_a_skill_whose_address_no_signature_covers_keeps_a_badge_from_publication(
    address,
):
    version = make_draft_version()
    version.skills.update(uri=address)
    designer = make_member(version.achievement.issuer, "designer")

    with pytest.raises(publishing.NotReady):
        publishing.publish(version, by=designer)

    version.refresh_from_db()
    assert not version.is_published
