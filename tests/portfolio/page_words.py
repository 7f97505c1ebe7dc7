"""What a page says, without its markup."""

import re
from html.parser import HTMLParser


class Words(HTMLParser):
    """The text of a page in reading order, without its head."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.is_body = False

    def handle_starttag(self, tag, attrs):
        self.is_body = self.is_body or tag == "body"

    def handle_data(self, data):
        if self.is_body:
            self.parts.append(data)


def text_of(response):
    words = Words()
    words.feed(response.content.decode())
    return " ".join(" ".join(words.parts).split()).replace(" .", ".")


def title_of(response):
    (title,) = re.findall(r"<title>(.*?)</title>", response.content.decode())
    return title
