"""Endorsements that can be withdrawn, and the rules that no page can forget: who may
decide, that nobody endorses their own, that a credential is endorsed only because its
holder asked, and that what was signed stays."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

# The rows that give the right are locked: whoever takes a role away meanwhile waits
# until the decision stands, or is waited for and the decision is refused.
MAY_SIGN = """
CREATE FUNCTION portfolio_may_sign_for(person bigint, organisation bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    account portfolio_user%ROWTYPE;
BEGIN
    SELECT * INTO account FROM portfolio_user WHERE id = person AND is_active;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF account.is_staff AND account.is_superuser THEN
        RETURN true;
    END IF;
    IF account.is_staff THEN
        PERFORM FROM credentials_issuermember m
        WHERE m.user_id = person AND m.issuer_id = organisation AND m.role = 'manager'
        FOR SHARE;
        IF FOUND THEN
            RETURN true;
        END IF;
    END IF;
    PERFORM FROM portfolio_employermember m
    JOIN portfolio_employer e ON e.id = m.employer_id
    WHERE m.user_id = person AND e.issuer_id = organisation
      AND e.domain_proved_at IS NOT NULL
    FOR SHARE;
    RETURN FOUND;
END $$;
"""
MAY_SIGN_BACK = "DROP FUNCTION portfolio_may_sign_for(bigint, bigint);"

RULES = """
CREATE FUNCTION portfolio_endorsement_refused(what text, rule text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', what USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

CREATE FUNCTION portfolio_endorsement_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decider bigint;
    holder bigint;
    owner bigint;
    is_decided boolean := false;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.token, NEW.organisation_id, NEW.achievement_id, NEW.issuer_id,
                NEW.credential_id, NEW.request)
            IS DISTINCT FROM (OLD.token, OLD.organisation_id, OLD.achievement_id,
                OLD.issuer_id, OLD.credential_id, OLD.request)
            OR OLD.state <> 'asked' AND
            (NEW.kind, NEW.comment, NEW.document, NEW.document_sha256,
                NEW.signing_key_id, NEW.status_list_id, NEW.status_index,
                NEW.decided_at)
            IS DISTINCT FROM (OLD.kind, OLD.comment, OLD.document,
                OLD.document_sha256, OLD.signing_key_id, OLD.status_list_id,
                OLD.status_index, OLD.decided_at)
        THEN
            PERFORM portfolio_endorsement_refused(
                'what was asked and what was signed stays', 'endorsement_stays');
        END IF;
        IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
            ('asked', 'given'), ('asked', 'declined'), ('given', 'withdrawn'))
        THEN
            PERFORM portfolio_endorsement_refused(
                'no way leads from one state to the other', 'endorsement_goes_on');
        END IF;
        is_decided := NEW.state <> OLD.state;
        decider := CASE NEW.state
            WHEN 'withdrawn' THEN NEW.withdrawn_by_id ELSE NEW.decided_by_id END;
    ELSE
        IF NEW.state NOT IN ('asked', 'given') THEN
            PERFORM portfolio_endorsement_refused(
                'it begins with asking or giving', 'endorsement_goes_on');
        END IF;
        SELECT a.issuer_id INTO owner FROM credentials_achievement a
        WHERE a.id = NEW.achievement_id;
        IF NEW.credential_id IS NOT NULL THEN
            SELECT c.issuer_id, c.holder_id INTO owner, holder
            FROM credentials_credential c WHERE c.id = NEW.credential_id;
            IF NEW.state <> 'asked' OR NEW.asked_by_id IS DISTINCT FROM holder
                OR owner IS NULL
            THEN
                PERFORM portfolio_endorsement_refused(
                    'a credential of ours is endorsed when its holder asks',
                    'endorsement_at_the_request_of_the_holder');
            END IF;
        END IF;
        IF owner = NEW.organisation_id THEN
            PERFORM portfolio_endorsement_refused(
                'nobody endorses what they issue', 'endorsement_of_somebody_else');
        END IF;
        is_decided := NEW.state <> 'asked';
        decider := NEW.decided_by_id;
    END IF;
    IF is_decided AND (decider IS NULL
        OR NOT portfolio_may_sign_for(decider, NEW.organisation_id)
        OR EXISTS (SELECT FROM credentials_credential c
            WHERE c.id = NEW.credential_id AND c.holder_id = decider
              AND NEW.state <> 'withdrawn'))
    THEN
        PERFORM portfolio_endorsement_refused(
            'this person does not decide for this organisation',
            'endorsement_by_who_may');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER endorsement_rules
    BEFORE INSERT OR UPDATE ON portfolio_endorsement
    FOR EACH ROW EXECUTE FUNCTION portfolio_endorsement_rules();

CREATE FUNCTION portfolio_endorsement_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.document <> '' THEN
        PERFORM portfolio_endorsement_refused(
            'what was signed is withdrawn, not deleted', 'endorsement_stays');
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER endorsement_kept
    BEFORE DELETE ON portfolio_endorsement
    FOR EACH ROW EXECUTE FUNCTION portfolio_endorsement_kept();
"""
RULES_BACK = """
DROP TRIGGER endorsement_kept ON portfolio_endorsement;
DROP FUNCTION portfolio_endorsement_kept();
DROP TRIGGER endorsement_rules ON portfolio_endorsement;
DROP FUNCTION portfolio_endorsement_rules();
DROP FUNCTION portfolio_endorsement_refused(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0008_imported"),
        ("portfolio", "0010_contact_token"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="endorsement",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="endorsement",
            name="status_list",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="endorsements",
                to="credentials.statuslist",
            ),
        ),
        migrations.AddField(
            model_name="endorsement",
            name="status_index",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name="endorsement",
            constraint=models.CheckConstraint(
                condition=Q(document="", status_list=None, status_index=None)
                | ~Q(document="")
                & Q(status_list__isnull=False, status_index__isnull=False),
                name="endorsement_can_be_withdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="endorsement",
            constraint=models.CheckConstraint(
                condition=Q(document="")
                | Q(kind__in=["interview", "credit", "pay"])
                | ~Q(comment=""),
                name="endorsement_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="endorsement",
            constraint=models.UniqueConstraint(
                fields=["status_list", "status_index"],
                name="endorsement_status_index_once",
            ),
        ),
        migrations.RunSQL(MAY_SIGN, MAY_SIGN_BACK),
        migrations.RunSQL(RULES, RULES_BACK),
    ]
