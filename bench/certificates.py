"""How long a certificate takes: the first of a process, and the warm ones.

CPU time of the process that makes it, so that a busy machine does not count. Run
``python -m bench.certificates`` for the lines alone.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from bench.table import Row, show

if TYPE_CHECKING:
    from credentials.certificates import Certificate

_WARM = 30  # certificates per median
_AIM = 55  # milliseconds

type Times = dict[str, float]  # milliseconds by what was measured


def measure() -> list[Row]:
    """What a certificate costs, in rows of the bench's table.

    Each number is measured in a fresh process, and once more in two at the same time.
    Raises ``RuntimeError`` when such a process fails.
    """
    alone = _finished(_started())
    both = [_started(), _started()]
    pair = [_finished(one) for one in both]
    rows = [_row("certificate, first of a process", alone, "first")]
    for owner, words in (("plain", "without"), ("owned", "with")):
        what = f"certificate {words} the owner's logo and signature, warm"
        rows.append(_row(what, alone, owner, _AIM))
        rows += [
            _row(f"{what}, process {number} of two at once", times, owner)
            for number, times in enumerate(pair, 1)
        ]
    return rows


def _row(what: str, times: Times, name: str, aim: int | None = None) -> Row:
    """One figure, beside it the loop of the same process, to compare machines."""
    best = f" (best {times[f'{name} best']:.0f})" if f"{name} best" in times else ""
    return Row(
        what=what,
        measured=f"{times[name]:.0f} ms{best}",
        beside=f"loop of 300,000 steps: {times['loop']:.0f} ms",
        aim=f"{aim} ms" if aim else "",
        met=times[name] <= aim if aim else None,
    )


def _started() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bench.certificates", "--one"],
        stdout=subprocess.PIPE,
        text=True,
    )


def _finished(process: subprocess.Popen[str]) -> Times:
    answer, _ = process.communicate()
    if process.returncode:
        raise RuntimeError("a process that makes certificates failed")
    times: Times = json.loads(answer.splitlines()[-1])
    return times


def _one_process() -> Times:
    """Measure in this process, which has made no certificate before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")
    import django

    django.setup()
    plain, owned = _certificates()
    from credentials.certificates import render

    times = {"first": _milliseconds(lambda: render(plain)), "loop": 0.0}
    times["loop"] = statistics.median(_milliseconds(_loop) for _ in range(9))
    for owner, certificate in (("plain", plain), ("owned", owned)):
        render(certificate)
        warm = [
            # Another holder each time, as in life: nothing of a page is remembered.
            _milliseconds(lambda n=n, c=certificate: render(_for_holder(c, n)))  # type: ignore[misc]
            for n in range(_WARM)
        ]
        times[owner] = statistics.median(warm)
        times[f"{owner} best"] = min(warm)
    return times


def _milliseconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return (time.process_time() - begin) * 1000


def _loop() -> int:
    """Work that every reader can repeat, to compare machines."""
    total = 0
    for i in range(300_000):
        total += i * i
    return total


def _for_holder(certificate: "Certificate", number: int) -> "Certificate":
    token = f"{number:026d}"
    return replace(
        certificate,
        holder_name=f"Ada Osei {number}",
        credential_id=token,
        address=f"https://badges.example.org/c/{token}",
    )


def _certificates() -> tuple["Certificate", "Certificate"]:
    """One without and one with its owner's logo and signature."""
    from credentials.certificates import Certificate, Signer

    plain = Certificate(
        paper="a4",
        lang="en",
        issuer_name="Northwind Institute",
        holder_name="Ada Osei",
        holder_lang="en",
        badge_name="Reading data honestly",
        badge_lang="en",
        promise="Chooses the right chart, names what the data cannot show, and "
        "corrects a misleading figure in front of the people who made it.",
        kind="skill",
        level=2,
        hue="cobalt",
        glyph="data",
        seed="data-1",
        skills=["Data literacy", "Chart design", "Sampling"],
        facts=[
            ("Issued", "3 May 2026"),
            ("Valid until", "No end date"),
            ("Assessed by", "Northwind Institute"),
            ("Level", "Intermediate (2 of 4)"),
        ],
        signer=Signer("Dr Maren Holt", "Director of Assessment"),
        address="https://badges.example.org/c/x",
        domain_words="badges.example.org/c",
        credential_id="x",
        issued_at=datetime(2026, 5, 3, tzinfo=UTC),
        attachment=b'{"type": ["VerifiableCredential"]}' * 200,
    )
    signer = Signer("Dr Maren Holt", "Director of Assessment", _picture(400, 150))
    return plain, replace(plain, issuer_logo=_picture(150, 150), signer=signer)


def _picture(width: int, height: int) -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("LA", (width, height), (0, 0))
    ImageDraw.Draw(image).ellipse((4, 4, width - 4, height - 4), fill=(40, 255))
    saved = BytesIO()
    image.save(saved, "PNG")
    return saved.getvalue()


if __name__ == "__main__":
    if sys.argv[1:] == ["--one"]:
        print(json.dumps(_one_process()))
    else:
        show(measure())
