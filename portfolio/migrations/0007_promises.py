"""What Django's constraints cannot say: people arrange and share what is their own, and
a page's former address is nobody else's while it leads to the new one."""

from django.db import migrations

OWN = """
ALTER TABLE credentials_credential
    ADD CONSTRAINT credential_with_its_holder UNIQUE (id, holder_id);
ALTER TABLE portfolio_pin
    ADD CONSTRAINT pin_of_ones_own
    FOREIGN KEY (credential_id, owner_id)
    REFERENCES credentials_credential (id, holder_id)
    DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE portfolio_tag
    ADD CONSTRAINT tag_on_ones_own
    FOREIGN KEY (credential_id, owner_id)
    REFERENCES credentials_credential (id, holder_id)
    DEFERRABLE INITIALLY IMMEDIATE;

ALTER TABLE portfolio_collection
    ADD CONSTRAINT collection_with_its_owner UNIQUE (id, owner_id);
ALTER TABLE portfolio_collectionitem
    ADD CONSTRAINT collectionitem_of_ones_own
    FOREIGN KEY (credential_id, owner_id)
    REFERENCES credentials_credential (id, holder_id)
    DEFERRABLE INITIALLY IMMEDIATE,
    ADD CONSTRAINT collectionitem_in_ones_own
    FOREIGN KEY (collection_id, owner_id)
    REFERENCES portfolio_collection (id, owner_id)
    DEFERRABLE INITIALLY IMMEDIATE;

ALTER TABLE portfolio_sharelink
    ADD CONSTRAINT sharelink_with_its_owner UNIQUE (id, owner_id);
ALTER TABLE portfolio_sharedcredential
    ADD CONSTRAINT sharedcredential_of_ones_own
    FOREIGN KEY (credential_id, owner_id)
    REFERENCES credentials_credential (id, holder_id)
    DEFERRABLE INITIALLY IMMEDIATE,
    ADD CONSTRAINT sharedcredential_by_ones_own
    FOREIGN KEY (link_id, owner_id)
    REFERENCES portfolio_sharelink (id, owner_id)
    DEFERRABLE INITIALLY IMMEDIATE;
"""
OWN_BACK = """
ALTER TABLE portfolio_sharedcredential
    DROP CONSTRAINT sharedcredential_by_ones_own,
    DROP CONSTRAINT sharedcredential_of_ones_own;
ALTER TABLE portfolio_sharelink DROP CONSTRAINT sharelink_with_its_owner;
ALTER TABLE portfolio_collectionitem
    DROP CONSTRAINT collectionitem_in_ones_own,
    DROP CONSTRAINT collectionitem_of_ones_own;
ALTER TABLE portfolio_collection DROP CONSTRAINT collection_with_its_owner;
ALTER TABLE portfolio_tag DROP CONSTRAINT tag_on_ones_own;
ALTER TABLE portfolio_pin DROP CONSTRAINT pin_of_ones_own;
ALTER TABLE credentials_credential DROP CONSTRAINT credential_with_its_holder;
"""

# Evidence goes with the credential that was awarded for it, never with another one.
EVIDENCE = """
CREATE FUNCTION portfolio_shared_evidence_belongs() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM portfolio_sharedcredential s
        JOIN credentials_credential c ON c.id = s.credential_id
        JOIN credentials_evidence e ON e.submission_id = c.submission_id
        WHERE s.id = NEW.shared_id AND e.id = NEW.evidence_id
    ) THEN
        RAISE EXCEPTION 'evidence is shared with the credential that it led to'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sharedevidence_belongs';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sharedevidence_belongs
    BEFORE INSERT OR UPDATE ON portfolio_sharedevidence
    FOR EACH ROW EXECUTE FUNCTION portfolio_shared_evidence_belongs();
"""
EVIDENCE_BACK = """
DROP TRIGGER sharedevidence_belongs ON portfolio_sharedevidence;
DROP FUNCTION portfolio_shared_evidence_belongs();
"""

# After the row, not before: whoever waited for the unique index then sees the address
# that was given up meanwhile.
HANDLES = """
CREATE FUNCTION portfolio_handle_is_free() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM portfolio_formerhandle
        WHERE lower(handle) = lower(NEW.handle)
          AND profile_id <> NEW.id AND until > clock_timestamp()
    ) THEN
        RAISE EXCEPTION 'this address still leads to another page'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'profile_handle_once';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER profile_handle_is_free
    AFTER INSERT OR UPDATE OF handle ON portfolio_profile
    FOR EACH ROW EXECUTE FUNCTION portfolio_handle_is_free();
"""
HANDLES_BACK = """
DROP TRIGGER profile_handle_is_free ON portfolio_profile;
DROP FUNCTION portfolio_handle_is_free();
"""


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0006_profiles_and_sharing")]

    operations = [
        migrations.RunSQL(OWN, OWN_BACK),
        migrations.RunSQL(EVIDENCE, EVIDENCE_BACK),
        migrations.RunSQL(HANDLES, HANDLES_BACK),
    ]
