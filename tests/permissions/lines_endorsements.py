"""Lines of the table: endorsements, which organisations give and people ask for."""

from __future__ import annotations

from tests.permissions.cells import Line

ENDORSEMENTS: list[Line] = [
    ("endorsement", "badge endorsement", "200", "405"),
    ("endorsement", "private endorsement", "endorsed", ""),
    ("endorsement", "asked endorsement", "both sides", ""),
    ("endorsement_json", "badge endorsement", "200", "405"),
    ("endorsement_json", "private endorsement", "endorsed", ""),
    ("endorsement_json", "asked endorsement", "404", ""),
    ("endorsements", "", "member", ""),
    ("answer_endorsement", "asked endorsement", "endorses", "endorse go+"),
    ("answer_endorsement", "badge endorsement", "endorse 409", "endorse 409"),
    ("withdraw_endorsement", "badge endorsement", "405", "endorse go+"),
    ("withdraw_endorsement", "asked endorsement", "405", "nobody"),
    ("take_back_endorsement", "asked endorsement", "405", "takes back"),
    ("take_back_endorsement", "badge endorsement", "405", "nobody"),
    ("show_endorsement", "private endorsement", "405", "takes back"),
    ("show_endorsement", "badge endorsement", "405", "nobody"),
    ("recognise_badge", "badge", "endorses", "endorse 422"),
    ("recognise_badge", "unpublished badge", "nobody", "nobody"),
    ("endorse_issuer", "issuer", "endorses", "endorse 422"),
    ("own_endorsements", "", "member", ""),
    ("ask_endorsement", "private", "own", "own 409"),
    ("ask_endorsement", "public", "own", "own 422"),
    ("ask_endorsement", "erased", "nobody", "nobody"),
    ("ask_endorsement", "brought public", "nobody", "nobody"),
    ("ask_recognition", "badge", "asks for it", "asks 422"),
    ("ask_recognition", "unpublished badge", "nobody", "nobody"),
]
