import pytest, pypdfium2
from django.utils import timezone
from tests.portfolio.papers import unhurried
from tests.portfolio.public_page import amina, public
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhurried")]
def test_look(client, amina):
    public(amina,"Recognising sepsis")
    r=client.get("/p/amina-yusuf/portfolio.pdf?lang=ar",headers={"accept-language":"ar"}); d=pypdfium2.PdfDocument(r.content)
    d[0].render(scale=1.2).to_pil().save("/tmp/look_ar_1.png"); d.close()
