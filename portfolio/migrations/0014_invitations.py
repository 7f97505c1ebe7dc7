"""Asking people to join an organisation, by an address that may be nobody's."""

import credentials.models.holdings
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portfolio', '0013_endorsing'),
    ]

    operations = [
        migrations.CreateModel(
            name='EmployerInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=credentials.models.holdings.new_token, max_length=26, unique=True)),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('asked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('declined_at', models.DateTimeField(editable=False, null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('employer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='portfolio.employer')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['-asked_at', '-pk'],
                'indexes': [models.Index(fields=['email'], name='employerinvitation_email')],
                'constraints': [models.UniqueConstraint(fields=('employer', 'email'), name='employerinvitation_once')],
            },
        ),
    ]
