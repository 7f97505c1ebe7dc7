import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credentials", "0006_earned_through")]

    operations = [
        migrations.AddField(
            model_name="issuer",
            name="linkedin_id",
            field=models.CharField(
                blank=True,
                help_text=(
                    "The number of the organisation's page there. "
                    "What holders add to their profile then shows its logo."
                ),
                max_length=20,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[0-9]+\\Z", "Use digits only, such as 1337."
                    )
                ],
                verbose_name="LinkedIn number",
            ),
        ),
    ]
