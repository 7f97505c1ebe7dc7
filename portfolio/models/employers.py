"""Organisations that look for people, and what they keep while they look."""

from __future__ import annotations

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from credentials.models import Issuer, Skill
from credentials.models.holdings import new_token
from credentials.models.skills import Level
from portfolio.models.people import User

#: Skills of one role; more describe nobody.
ROLE_SKILLS = 20
#: People whom a saved search remembers; several times what a search lists.
MOST_KNOWN = 1000


def new_proof() -> str:
    """What a domain has to show: 128 random bits."""
    return secrets.token_hex(16)


class Employer(models.Model):
    """An organisation with people who search. Its name is what they typed.

    Nobody is told that it is real before ``domain`` is proved, by a DNS record or a
    file that only its owner can put there, nor once that is gone. ``issuer`` signs what
    it recognises, and is founded once the domain is proved.
    """

    name = models.CharField(_("name"), max_length=120)
    website = models.URLField(_("web site"), max_length=300)
    domain = models.CharField(_("domain"), max_length=253)
    proof = models.CharField(max_length=32, default=new_proof, editable=False)
    domain_proved_at = models.DateTimeField(null=True, blank=True)
    domain_checked_at = models.DateTimeField(null=True, blank=True)
    #: In how many looks in a row the proof of a proved domain was not there.
    missed_looks = models.PositiveSmallIntegerField(default=0, editable=False)
    #: Since when a domain that was proved no longer is.
    domain_lost_at = models.DateTimeField(null=True, editable=False)
    issuer = models.OneToOneField(
        Issuer, models.PROTECT, null=True, blank=True, related_name="employer"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        constraints = [
            # Anybody can type a domain; one organisation can prove it.
            models.UniqueConstraint(
                fields=["domain"],
                condition=Q(domain_proved_at__isnull=False),
                name="employer_domain_proved_once",
            ),
            models.CheckConstraint(
                condition=Q(issuer=None)
                | Q(domain_proved_at__isnull=False)
                | Q(domain_lost_at__isnull=False),
                name="employer_signs_with_a_proved_domain",
            ),
            models.CheckConstraint(
                condition=Q(domain_lost_at=None)
                | Q(domain_proved_at=None, missed_looks=0),
                name="employer_domain_proved_or_lost",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_proved(self) -> bool:
        """Whether the organisation showed that the domain is its own."""
        return self.domain_proved_at is not None


class EmployerMember(models.Model):
    """Somebody who acts for an organisation; for one at a time."""

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="members")
    user = models.OneToOneField(User, models.CASCADE, related_name="employment")
    is_owner = models.BooleanField(_("may change the organisation"), default=False)
    joined_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return f"{self.user}, {self.employer}"


class EmployerInvitation(models.Model):
    """Asking whoever has an address to join an organisation.

    Nobody learns whether somebody has an account with the address: the one who asks
    sees the row until it is taken back, whatever becomes of it but a yes.
    """

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="invitations")
    token = models.CharField(max_length=26, unique=True, default=new_token)
    email = models.EmailField(_("e-mail"))
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    #: When the one who was asked last said no: they do not see it until they are asked
    #: anew, and get no mail for a while even then.
    declined_at = models.DateTimeField(null=True, editable=False)
    #: A declined one that was taken back is kept, so that the no is remembered.
    taken_back_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "email"], name="employerinvitation_once"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None) | Q(declined_at__isnull=False),
                name="employerinvitation_kept_for_a_no",
            ),
        ]
        indexes = [models.Index(fields=["email"], name="employerinvitation_email")]

    def __str__(self) -> str:
        return f"{self.employer}: {self.email}"


class RoleProfile(models.Model):
    """A role as skills at levels, with a link where people see what they lack."""

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="roles")
    token = models.CharField(max_length=26, unique=True, default=new_token)
    title = models.CharField(_("title"), max_length=100)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    #: Since when nobody but the employer opens its link.
    closed_at = models.DateTimeField(_("closed since"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("role profile")
        verbose_name_plural = _("role profiles")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("role", args=[self.token])


class RoleSkill(models.Model):
    """A skill that a role needs, at least at this level."""

    role = models.ForeignKey(RoleProfile, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["role", "skill"], name="roleskill_once"),
            models.CheckConstraint(
                condition=Q(level__range=(1, 4)), name="roleskill_level_on_the_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill}, {self.get_level_display()}"


class ShortlistEntry(models.Model):
    """Somebody whom an organisation wants to remember, and why.

    Shown only while the person may be found.
    """

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="shortlist")
    learner = models.ForeignKey(User, models.CASCADE, related_name="+")
    note = models.TextField(_("note"), max_length=1000, blank=True)
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "learner"], name="shortlistentry_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer}: {self.learner_id}"


class SavedSearch(models.Model):
    """A talent search that somebody keeps, with a weekly mail if they want it.

    ``query`` is the search as its address has it. ``known`` are those whom the last
    mail counted (primary keys, found last first), so that the next one counts the new
    ones.
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=1000)
    is_mailed = models.BooleanField(_("weekly mail"), default=True)
    #: Names the search in the link that ends its mails (RFC 8058).
    token = models.CharField(max_length=26, unique=True, default=new_token)
    known = ArrayField(models.BigIntegerField(), default=list, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        constraints = [
            models.UniqueConstraint(fields=["owner", "query"], name="savedsearch_once"),
            models.CheckConstraint(
                condition=Q(known__len__lte=MOST_KNOWN), name="savedsearch_known_ends"
            ),
        ]

    def __str__(self) -> str:
        return self.name
