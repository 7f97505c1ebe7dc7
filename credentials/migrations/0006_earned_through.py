"""How a badge is earned, and that this stays once somebody can earn it."""

from django.db import migrations, models

# Whoever publishes locks the badge's row first, so the two never pass each other.
FIXED = """
CREATE FUNCTION credentials_way_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.earned_through IS DISTINCT FROM NEW.earned_through AND EXISTS (
        SELECT FROM credentials_achievementversion
        WHERE achievement_id = OLD.id AND published_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'how a published badge is earned never changes'
            USING ERRCODE = 'check_violation',
                  CONSTRAINT = 'achievement_earned_through_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER achievement_earned_through_fixed
    BEFORE UPDATE OF earned_through ON credentials_achievement
    FOR EACH ROW EXECUTE FUNCTION credentials_way_is_fixed();
"""
FIXED_BACK = """
DROP TRIGGER achievement_earned_through_fixed ON credentials_achievement;
DROP FUNCTION credentials_way_is_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("credentials", "0005_next_position")]

    operations = [
        migrations.AddField(
            model_name="achievement",
            name="earned_through",
            field=models.CharField(
                choices=[
                    ("evidence", "Handing in evidence that is reviewed"),
                    ("pathway", "Completing a pathway"),
                ],
                default="evidence",
                max_length=8,
                verbose_name="earned by",
            ),
        ),
        migrations.AlterField(
            model_name="credential",
            name="source",
            field=models.CharField(
                choices=[
                    ("submission", "Reviewed evidence"),
                    ("pathway", "Completed pathway"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="criterion",
            name="hand_in",
            field=models.CharField(
                blank=True,
                help_text="Such as: two recordings, or notes of all five.",
                max_length=200,
                verbose_name="what to hand in",
            ),
        ),
        migrations.RunSQL(FIXED, FIXED_BACK),
    ]
