"""Choices that artwork is drawn from, shared by issuers and badge versions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Hue(models.TextChoices):
    COBALT = "cobalt", _("Cobalt")
    TEAL = "teal", _("Teal")
    FOREST = "forest", _("Forest")
    MOSS = "moss", _("Moss")
    AMBER = "amber", _("Amber")
    COPPER = "copper", _("Copper")
    CRIMSON = "crimson", _("Crimson")
    PLUM = "plum", _("Plum")
    VIOLET = "violet", _("Violet")
    SLATE = "slate", _("Slate")
    SKY = "sky", _("Sky")
    SAND = "sand", _("Sand")


class Glyph(models.TextChoices):
    """Skill areas; each has its drawing and is a filter of the catalogue."""

    CARE = "care", _("Health and care")
    DATA = "data", _("Data")
    CODE = "code", _("Software")
    SECURITY = "security", _("Security")
    DESIGN = "design", _("Design and research")
    TEACHING = "teaching", _("Teaching")
    CONSTRUCTION = "construction", _("Construction")
    ELECTRICS = "electrics", _("Electrical work")
    FOOD = "food", _("Food")
    LANGUAGE = "language", _("Languages")
    MANAGEMENT = "management", _("Leading people")
    ENVIRONMENT = "environment", _("Environment")
    LAB = "lab", _("Laboratory and medicines")
    FINANCE = "finance", _("Finance")


class Kind(models.TextChoices):
    """What the outline of the artwork says."""

    SKILL = "skill", _("Skill")
    PROJECT = "project", _("Project")
    PATHWAY = "pathway", _("Pathway")
