"""``manage.py pathway``: write a pathway as a file, read one, look at all learners."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from credentials.models import Issuer
from pathways import sweeping
from pathways.exchanging import importing, writing_out
from pathways.models import PathwayVersion


class Command(BaseCommand):
    help = "Write a pathway as JSON-LD in CTDL's terms, read one, or sweep learners."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="write a version to the output")
        export.add_argument("pathway", help="<issuer>/<address name>")
        export.add_argument(
            "--number", type=int, help="the version; else the newest, drafts included"
        )
        taken = actions.add_parser("import", help="look at a file, or write its draft")
        taken.add_argument("file", help="the file; - for the input")
        taken.add_argument("--issuer", required=True, help="the issuer's address name")
        taken.add_argument("--by", required=True, help="the e-mail of its designer")
        taken.add_argument("--slug", default="", help="the pathway's address name")
        taken.add_argument(
            "--write", action="store_true", help="write the draft; else only look"
        )
        swept = actions.add_parser(
            "sweep", help="have jobs look at all learners again: enqueue who changed"
        )
        swept.add_argument("pathway", nargs="?", help="<issuer>/<address name>; or all")

    def handle(self, *args: Any, **options: Any) -> None:
        actions = {
            "export": self._export,
            "import": self._import,
            "sweep": self._sweep,
        }
        actions[options["action"]](options)

    def _versions(self, name: str) -> Any:
        issuer, _slash, slug = name.partition("/")
        versions = PathwayVersion.objects.filter(
            pathway__issuer__slug=issuer, pathway__slug=slug
        ).select_related("pathway__issuer")
        if not versions:
            raise CommandError(f"There is no pathway {name}.")
        return versions

    def _export(self, options: dict[str, Any]) -> None:
        versions = self._versions(options["pathway"]).order_by("-number")
        if options["number"] is not None:
            versions = versions.filter(number=options["number"])
        version = versions.first()
        if version is None:
            raise CommandError("The pathway has no such version.")
        document = writing_out.document_of(version)
        self.stdout.write(writing_out.as_bytes(document).decode(), ending="")

    def _import(self, options: dict[str, Any]) -> None:
        issuer = Issuer.objects.filter(slug=options["issuer"]).first()
        by = get_user_model().objects.filter(email=options["by"]).first()
        if issuer is None or by is None:
            raise CommandError("There is no such issuer, or no such person.")
        try:
            data = _content(options["file"])
            asked = {"issuer": issuer, "by": by, "slug": options["slug"]}
            if options["write"]:
                version = importing.take_over(data, **asked)
                self.stdout.write(f"Written as a draft: {version.get_absolute_url()}")
            else:
                self._say(importing.dry_run(data, **asked))
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error
        except importing.NotAllowed:
            raise CommandError("They do not design for this issuer.") from None
        except importing.Refused as error:
            raise CommandError("\n".join(map(str, error.problems))) from None

    def _say(self, run: importing.DryRun) -> None:
        self.stdout.write(
            f"{run.plan.name}: version {run.number} of {run.issuer.slug}/{run.slug}"
        )
        for depth, *said in run.rules:
            self.stdout.write(f"{'  ' * depth}- {' – '.join(filter(None, said))}")
        for sentence in [*run.problems, *run.found.missing, *run.found.left_out]:
            self.stdout.write(str(sentence))
        done = (
            "Add --write to write it." if run.can_be_done else "It cannot be written."
        )
        self.stdout.write(done)

    def _sweep(self, options: dict[str, Any]) -> None:
        versions = PathwayVersion.objects.all()
        if options["pathway"]:
            versions = self._versions(options["pathway"])
        for version in versions.exclude(published_at=None):
            ranges = sweeping.begin(version.pk)
            self.stdout.write(
                f"{version}, version {version.number}: {len(ranges)} jobs"
            )


def _content(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
