"""Credentials that people earned elsewhere and keep here."""

import uuid

import credentials.models.imported
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

# What Django's constraints cannot say. The document from elsewhere belongs to a
# credential from elsewhere and to its holder; only the answer of a check changes; it
# goes once the credential's details are removed, and every other one has it.
DOCUMENTS = """
CREATE FUNCTION credentials_imported_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM credentials_credential
                   WHERE id = OLD.credential_id AND state <> 'erased') THEN
            RAISE EXCEPTION 'a document goes with the details of its credential'
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'importeddocument_written_once';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM credentials_credential
                       WHERE id = NEW.credential_id AND source = 'imported'
                         AND state <> 'erased' AND holder_id = NEW.holder_id
                         AND document_sha256 = NEW.sha256) THEN
            RAISE EXCEPTION 'a document is that of its holder''s own credential'
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'importeddocument_of_its_credential';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.credential_id, OLD.holder_id, OLD.kind, OLD.raw, OLD.is_json, OLD.has_address, OLD.sha256,
        OLD.external_issuer, OLD.external_id, OLD.issuer_name, OLD.issuer_host, OLD.description,
        OLD.criteria, OLD.criteria_address, OLD.alignments, OLD.skill_addresses,
        OLD.picture, OLD.picture_key, OLD.made_out, OLD.created_at)
       IS DISTINCT FROM
       (NEW.credential_id, NEW.holder_id, NEW.kind, NEW.raw, NEW.is_json, NEW.has_address, NEW.sha256,
        NEW.external_issuer, NEW.external_id, NEW.issuer_name, NEW.issuer_host, NEW.description,
        NEW.criteria, NEW.criteria_address, NEW.alignments, NEW.skill_addresses,
        NEW.picture, NEW.picture_key, NEW.made_out, NEW.created_at) THEN
        RAISE EXCEPTION 'a document from elsewhere never changes'
            USING ERRCODE = 'check_violation',
                  CONSTRAINT = 'importeddocument_written_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER importeddocument_written_once
    BEFORE INSERT OR UPDATE OR DELETE ON credentials_importeddocument
    FOR EACH ROW EXECUTE FUNCTION credentials_imported_is_fixed();

CREATE FUNCTION credentials_imported_has_document() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM credentials_credential
               WHERE id = NEW.id AND source = 'imported' AND state <> 'erased')
       AND NOT EXISTS (SELECT FROM credentials_importeddocument
                       WHERE credential_id = NEW.id) THEN
        RAISE EXCEPTION 'a credential from elsewhere has its document'
            USING ERRCODE = 'check_violation',
                  CONSTRAINT = 'credential_imported_has_document';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER credential_imported_has_document
    AFTER INSERT ON credentials_credential
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.source = 'imported')
    EXECUTE FUNCTION credentials_imported_has_document();
"""
DOCUMENTS_BACK = """
DROP TRIGGER credential_imported_has_document ON credentials_credential;
DROP FUNCTION credentials_imported_has_document();
DROP TRIGGER importeddocument_written_once ON credentials_importeddocument;
DROP FUNCTION credentials_imported_is_fixed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0007_issuer_linkedin_id'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportedDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ob2', 'Open Badges 2.0'), ('ob3', 'Open Badges 3.0'), ('jwt', 'Open Badges 3.0 (JWT)')], max_length=3)),
                ('raw', models.BinaryField()),
                ('is_json', models.BooleanField()),
                ('has_address', models.BooleanField()),
                ('sha256', models.CharField(max_length=64)),
                ('external_issuer', models.TextField(blank=True)),
                ('external_id', models.TextField()),
                ('issuer_name', models.CharField(blank=True, max_length=120)),
                ('issuer_host', models.CharField(blank=True, max_length=253)),
                ('description', models.TextField(blank=True)),
                ('criteria', models.TextField(blank=True)),
                ('criteria_address', models.CharField(blank=True, max_length=2000)),
                ('alignments', models.JSONField(default=list)),
                ('skill_addresses', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list)),
                ('picture', models.FileField(blank=True, upload_to=credentials.models.imported.picture_path)),
                ('picture_key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('made_out', models.CharField(choices=[('address', 'Made out to an address of its holder'), ('nobody', 'Does not say whose it is')], max_length=7)),
                ('verdict', models.CharField(choices=[('unknown_issuer', 'Signature correct, issuer not known'), ('unchecked', 'Could not be checked'), ('not_genuine', 'Not genuine')], max_length=14)),
                ('judged_at', models.DateTimeField()),
                ('report', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': 'document from elsewhere',
                'verbose_name_plural': 'documents from elsewhere',
            },
        ),
        migrations.RemoveConstraint(
            model_name='credential',
            name='credential_erased_keeps_no_person',
        ),
        migrations.AlterField(
            model_name='credential',
            name='source',
            field=models.CharField(choices=[('submission', 'Reviewed evidence'), ('pathway', 'Completed pathway'), ('imported', 'Earned elsewhere')], max_length=10),
        ),
        migrations.AlterField(
            model_name='credentialevent',
            name='kind',
            field=models.CharField(choices=[('issued', 'Issued'), ('imported', 'Brought from elsewhere'), ('revoked', 'Withdrawn'), ('suspended', 'Paused'), ('reinstated', 'Reinstated'), ('superseded', 'Replaced by a newer one'), ('erased', 'Details removed')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('document', None), ('erased_at__isnull', False), ('jwt', None), ('recipient_email', ''), ('recipient_name', ''), ('state', 'erased')), models.Q(('erased_at', None), models.Q(('state', 'erased'), _negated=True), models.Q(('document__isnull', False), ('source', 'imported'), _connector='OR')), _connector='OR'), name='credential_erased_keeps_no_person'),
        ),
        migrations.AddConstraint(
            model_name='credential',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source', 'imported'), _negated=True), models.Q(('achievement', None), ('document', None), ('holder__isnull', False), ('issuer', None), ('jwt', None), ('once_key', None), ('signing_key', None), ('state__in', ['active', 'erased']), ('status_list', None), ('submission', None), ('version', None)), _connector='OR'), name='credential_imported_is_not_ours'),
        ),
        migrations.AddField(
            model_name='importeddocument',
            name='credential',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='imported', to='credentials.credential'),
        ),
        migrations.AddField(
            model_name='importeddocument',
            name='holder',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='importeddocument',
            index=models.Index(fields=['judged_at'], name='importeddocument_judged'),
        ),
        migrations.AddConstraint(
            model_name='importeddocument',
            constraint=models.UniqueConstraint(models.F('holder'), django.db.models.functions.text.MD5('external_issuer'), django.db.models.functions.text.MD5('external_id'), name='importeddocument_once'),
        ),
        migrations.AddConstraint(
            model_name='importeddocument',
            constraint=models.CheckConstraint(condition=models.Q(('external_id', ''), _negated=True), name='importeddocument_has_an_id'),
        ),
        migrations.RunSQL(DOCUMENTS, DOCUMENTS_BACK),
    ]
