"""Messages have opaque names in addresses. None was sent before: no page could."""

from django.db import migrations, models

import credentials.models.holdings


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0009_employers")]

    operations = [
        migrations.AddField(
            model_name="contactrequest",
            name="token",
            field=models.CharField(
                default=credentials.models.holdings.new_token,
                max_length=26,
                unique=True,
            ),
        ),
    ]
