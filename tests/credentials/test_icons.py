from django.template import Context, Template
from lucide.templatetags import lucide as library

from credentials.templatetags import icons

PAGE = Template('{% lucide "search" size=None class=name aria_hidden="true" %}')


def drawn(name):
    return PAGE.render(Context({"name": name}))


def test_an_icon_is_what_the_library_draws():
    expected = library.lucide(
        "search", size=None, **{"class": "a", "aria_hidden": "true"}
    )

    assert drawn("a") == expected
    assert drawn('"><script>') == library.lucide(
        "search", size=None, **{"class": '"><script>', "aria_hidden": "true"}
    )


def test_an_icon_is_drawn_once_for_all_pages(monkeypatch):
    icons.lucide.cache_clear()
    first = drawn("icon")
    monkeypatch.delattr(library, "lucide")

    assert drawn("icon") == first
