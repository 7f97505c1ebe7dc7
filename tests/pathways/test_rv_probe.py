import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from credentials import revoking
from credentials.models import Credential
from pathways import enrolling, evaluating, publishing, completing
from pathways.models import Completion
from tests.factories import make_badge, make_credential, make_issuer, make_user, make_member
from tests.pathways.making import make_pathway, make_outcome
pytestmark = pytest.mark.django_db
def w(r): return " ".join(strip_tags(r.content.decode().partition("<main")[2]).split())
def test_withdrawn(client):
    issuer=make_issuer(); learner=make_user("Mei"); client.force_login(learner)
    bs=[make_badge(issuer) for _ in range(2)]
    v=make_pathway(issuer,*([b] for b in bs))
    cs=[make_credential(b,learner) for b in bs]
    enrolling.enrol(v.pathway,learner=learner); evaluating.evaluate(learner.pk)
    m=make_member(issuer,"manager")
    revoking.revoke(cs[0],reason="mistake",by=m); evaluating.evaluate(learner.pk)
    c=Completion.objects.get()
    completing.withdraw(c,by=m); evaluating.evaluate(learner.pk)
    for u in (v.pathway.get_absolute_url(),"/pathways/","/me/","/me/next/"):
        print("\n==",u,client.get(u).status_code); print(w(client.get(u))[:1800])
def test_held(client):
    issuer=make_issuer(); learner=make_user("Mei"); client.force_login(learner)
    o=make_outcome(issuer)
    b=make_badge(issuer)
    v=make_pathway(issuer,[b],outcome=o); v2=make_pathway(issuer,[b],outcome=o)
    make_credential(b,learner)
    for x in (v,v2): enrolling.enrol(x.pathway,learner=learner)
    evaluating.evaluate(learner.pk)
    for u in (v2.pathway.get_absolute_url(),"/pathways/","/me/","/me/next/"):
        print("\n==",u,client.get(u).status_code); print(w(client.get(u))[:1400])
    for x in (v,v2):
        a=reverse("pathway_leave",args=[issuer.slug,x.pathway.slug])
        print("leave",client.post(a).status_code,client.post(a).status_code)
