"""What Django's constraints cannot say: copies are true, history only grows, what is
published or signed never changes."""

from django.db import migrations

COPIES = """
ALTER TABLE credentials_submission
    ADD CONSTRAINT submission_achievement_is_the_versions
    FOREIGN KEY (version_id, achievement_id)
    REFERENCES credentials_achievementversion (id, achievement_id)
    DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE credentials_review
    ADD CONSTRAINT review_learner_is_the_submissions
    FOREIGN KEY (submission_id, learner_id)
    REFERENCES credentials_submission (id, learner_id)
    DEFERRABLE INITIALLY IMMEDIATE;
"""
COPIES_BACK = """
ALTER TABLE credentials_review DROP CONSTRAINT review_learner_is_the_submissions;
ALTER TABLE credentials_submission DROP CONSTRAINT submission_achievement_is_the_versions;
"""

HISTORY = """
CREATE FUNCTION credentials_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER submissionevent_append_only
    BEFORE UPDATE OR DELETE ON credentials_submissionevent
    FOR EACH ROW EXECUTE FUNCTION credentials_refuse_change();
CREATE TRIGGER credentialevent_append_only
    BEFORE UPDATE OR DELETE ON credentials_credentialevent
    FOR EACH ROW EXECUTE FUNCTION credentials_refuse_change();
"""
HISTORY_BACK = """
DROP TRIGGER credentialevent_append_only ON credentials_credentialevent;
DROP TRIGGER submissionevent_append_only ON credentials_submissionevent;
DROP FUNCTION credentials_refuse_change();
"""

# A published version, its criteria, levels and skills stay as they were published:
# signed credentials point at them.
VERSIONS = """
CREATE FUNCTION credentials_version_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'a published badge version never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_fixed_once_published';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER version_fixed_once_published
    BEFORE UPDATE OR DELETE ON credentials_achievementversion
    FOR EACH ROW EXECUTE FUNCTION credentials_version_is_fixed();

CREATE FUNCTION credentials_version_part_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parts bigint[] := ARRAY[]::bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN parts := parts || OLD.version_id; END IF;
    IF TG_OP <> 'DELETE' THEN parts := parts || NEW.version_id; END IF;
    -- Wait for a publication that is under way, then look at what it left.
    PERFORM FROM credentials_achievementversion WHERE id = ANY (parts) FOR SHARE;
    IF EXISTS (SELECT FROM credentials_achievementversion
               WHERE id = ANY (parts) AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a published badge version never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_fixed_once_published';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER criterion_fixed_once_published
    BEFORE INSERT OR UPDATE OR DELETE ON credentials_criterion
    FOR EACH ROW EXECUTE FUNCTION credentials_version_part_is_fixed();
CREATE TRIGGER skill_fixed_once_published
    BEFORE INSERT OR UPDATE OR DELETE ON credentials_achievementskill
    FOR EACH ROW EXECUTE FUNCTION credentials_version_part_is_fixed();

CREATE FUNCTION credentials_rubric_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parts bigint[] := ARRAY[]::bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN parts := parts || OLD.criterion_id; END IF;
    IF TG_OP <> 'DELETE' THEN parts := parts || NEW.criterion_id; END IF;
    PERFORM FROM credentials_achievementversion WHERE id IN (
        SELECT version_id FROM credentials_criterion WHERE id = ANY (parts)
    ) FOR SHARE;
    IF EXISTS (SELECT FROM credentials_criterion c
               JOIN credentials_achievementversion v ON v.id = c.version_id
               WHERE c.id = ANY (parts) AND v.published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a published badge version never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'version_fixed_once_published';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rubriclevel_fixed_once_published
    BEFORE INSERT OR UPDATE OR DELETE ON credentials_rubriclevel
    FOR EACH ROW EXECUTE FUNCTION credentials_rubric_is_fixed();
"""
VERSIONS_BACK = """
DROP TRIGGER rubriclevel_fixed_once_published ON credentials_rubriclevel;
DROP TRIGGER skill_fixed_once_published ON credentials_achievementskill;
DROP TRIGGER criterion_fixed_once_published ON credentials_criterion;
DROP TRIGGER version_fixed_once_published ON credentials_achievementversion;
DROP FUNCTION credentials_rubric_is_fixed();
DROP FUNCTION credentials_version_part_is_fixed();
DROP FUNCTION credentials_version_is_fixed();
"""

# The signed document is written once. One change is allowed: document, JWT and the
# person to nothing, together with the date of erasure.
DOCUMENTS = """
CREATE FUNCTION credentials_document_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a credential is never deleted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'credential_written_once';
    END IF;
    IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
        AND NEW.document IS NULL AND NEW.jwt IS NULL THEN
        RETURN NEW;
    END IF;
    IF (OLD.document, OLD.jwt, OLD.document_sha256, OLD.token, OLD.award_key,
        OLD.recipient_name, OLD.recipient_email, OLD.title, OLD.issuer_name,
        OLD.issuer_id, OLD.version_id, OLD.issued_at, OLD.valid_until,
        OLD.status_list_id, OLD.status_index, OLD.signing_key_id)
       IS DISTINCT FROM
       (NEW.document, NEW.jwt, NEW.document_sha256, NEW.token, NEW.award_key,
        NEW.recipient_name, NEW.recipient_email, NEW.title, NEW.issuer_name,
        NEW.issuer_id, NEW.version_id, NEW.issued_at, NEW.valid_until,
        NEW.status_list_id, NEW.status_index, NEW.signing_key_id) THEN
        RAISE EXCEPTION 'a signed credential never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'credential_written_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credential_written_once
    BEFORE UPDATE OR DELETE ON credentials_credential
    FOR EACH ROW EXECUTE FUNCTION credentials_document_is_fixed();
"""
DOCUMENTS_BACK = """
DROP TRIGGER credential_written_once ON credentials_credential;
DROP FUNCTION credentials_document_is_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("credentials", "0002_initial")]

    operations = [
        migrations.RunSQL(COPIES, COPIES_BACK),
        migrations.RunSQL(HISTORY, HISTORY_BACK),
        migrations.RunSQL(VERSIONS, VERSIONS_BACK),
        migrations.RunSQL(DOCUMENTS, DOCUMENTS_BACK),
    ]
