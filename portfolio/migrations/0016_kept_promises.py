"""A proof that can be lost, a no that is remembered, an endorsement that its holder
hides, and an end to whom a saved search remembers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0008_imported"),
        ("portfolio", "0015_talent_of_learner"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="employer",
            name="employer_signs_with_a_proved_domain",
        ),
        migrations.AddField(
            model_name="employer",
            name="domain_lost_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="employer",
            name="missed_looks",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="employerinvitation",
            name="taken_back_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="endorsement",
            name="hidden_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="endorsement",
            name="signature_checked_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="endorsement",
            name="is_signature_good",
            field=models.BooleanField(default=True, editable=False),
        ),
        migrations.AddConstraint(
            model_name="employer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("issuer", None),
                    ("domain_proved_at__isnull", False),
                    ("domain_lost_at__isnull", False),
                    _connector="OR",
                ),
                name="employer_signs_with_a_proved_domain",
            ),
        ),
        migrations.AddConstraint(
            model_name="employer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("domain_lost_at", None),
                    models.Q(("domain_proved_at", None), ("missed_looks", 0)),
                    _connector="OR",
                ),
                name="employer_domain_proved_or_lost",
            ),
        ),
        migrations.AddConstraint(
            model_name="employerinvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("taken_back_at", None),
                    ("declined_at__isnull", False),
                    _connector="OR",
                ),
                name="employerinvitation_kept_for_a_no",
            ),
        ),
        migrations.AddConstraint(
            model_name="endorsement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hidden_at", None), ("credential__isnull", False), _connector="OR"
                ),
                name="endorsement_hidden_by_a_holder",
            ),
        ),
        migrations.RunSQL(
            "UPDATE portfolio_savedsearch SET known = known[1:1000]"
            " WHERE cardinality(known) > 1000",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.CheckConstraint(
                condition=models.Q(("known__len__lte", 1000)),
                name="savedsearch_known_ends",
            ),
        ),
    ]
