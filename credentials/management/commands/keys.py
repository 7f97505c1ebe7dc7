"""``manage.py keys``: list issuers' signing keys; rotate one; mark one compromised."""

from __future__ import annotations

from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from credentials import keys, signing_keys
from credentials.models import Credential, Issuer, SigningKey


class Command(BaseCommand):
    help = "List signing keys, rotate an issuer's key, or mark one as compromised."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--issuer", help="the issuer's address name")
        parser.add_argument(
            "--rotate",
            choices=SigningKey.Algorithm.values,
            help="retire the active key of this kind and make a new one",
        )
        parser.add_argument(
            "--compromised",
            metavar="KEY_ID",
            help="stop believing what this key signed, and make a new one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        issuers = Issuer.objects.order_by("slug")
        if options["issuer"]:
            issuers = issuers.filter(slug=options["issuer"])
            if not issuers:
                raise CommandError(f"No issuer has the name {options['issuer']}.")
        if options["rotate"] or options["compromised"]:
            if not options["issuer"]:
                raise CommandError("Name one issuer with --issuer.")
            self._change(issuers[0], options)
        for issuer in issuers:
            self._list(issuer)

    def _change(self, issuer: Issuer, options: dict[str, Any]) -> None:
        if options["rotate"]:
            signing_keys.rotate(issuer, cast("keys.Algorithm", options["rotate"]))
            return
        row = issuer.keys.filter(key_id=options["compromised"]).first()
        if row is None:
            raise CommandError("The issuer has no key with this id.")
        signing_keys.mark_compromised(row, at=timezone.now())
        signed = Credential.objects.filter(signing_key=row).count()
        self.stdout.write(
            f"{signed} credentials were signed with it; their pages no longer say "
            "genuine. Issue them anew."
        )

    def _list(self, issuer: Issuer) -> None:
        self.stdout.write(f"{issuer.name} ({issuer.did})")
        for row in issuer.keys.all():
            self.stdout.write(f"  {row.algorithm:8} {_state(row):24} {row.key_id}")


def _state(row: SigningKey) -> str:
    if row.compromised_at:
        return f"compromised {row.compromised_at:%Y-%m-%d}"
    if row.retired_at:
        return f"retired {row.retired_at:%Y-%m-%d}"
    return f"active since {row.created_at:%Y-%m-%d}"
