"""What Django's constraints cannot say: a tree stays in its version, what is published
never changes, its credentials can be given, history only grows."""

from django.db import migrations

# Composite foreign keys hold copies true and trees whole. Only the one inside the
# tree waits for the end of a transaction: many nodes go in several statements.
WHOLE = """
ALTER TABLE pathways_pathway
    ADD CONSTRAINT pathway_current_version_is_its_own
    FOREIGN KEY (current_version_id, id)
    REFERENCES pathways_pathwayversion (id, pathway_id)
    DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE pathways_requirement
    ADD CONSTRAINT requirement_parent_in_its_version
    FOREIGN KEY (parent_id, version_id)
    REFERENCES pathways_requirement (id, version_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE pathways_exit
    ADD CONSTRAINT exit_requirement_in_its_version
    FOREIGN KEY (requirement_id, version_id)
    REFERENCES pathways_requirement (id, version_id)
    DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE pathways_enrolment
    ADD CONSTRAINT enrolment_pathway_is_the_versions
    FOREIGN KEY (version_id, pathway_id)
    REFERENCES pathways_pathwayversion (id, pathway_id)
    DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE pathways_completion
    ADD CONSTRAINT completion_version_is_the_exits
    FOREIGN KEY (exit_id, version_id)
    REFERENCES pathways_exit (id, version_id)
    DEFERRABLE INITIALLY IMMEDIATE;
"""
WHOLE_BACK = """
ALTER TABLE pathways_completion DROP CONSTRAINT completion_version_is_the_exits;
ALTER TABLE pathways_enrolment DROP CONSTRAINT enrolment_pathway_is_the_versions;
ALTER TABLE pathways_exit DROP CONSTRAINT exit_requirement_in_its_version;
ALTER TABLE pathways_requirement DROP CONSTRAINT requirement_parent_in_its_version;
ALTER TABLE pathways_pathway DROP CONSTRAINT pathway_current_version_is_its_own;
"""

# The table of needs has no column for the version, so a trigger compares; and a node
# never goes to another version, or the comparison would be worth nothing.
NEEDS = """
CREATE FUNCTION pathways_need_in_its_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT version_id FROM pathways_requirement WHERE id = NEW.from_requirement_id)
       IS DISTINCT FROM
       (SELECT version_id FROM pathways_requirement WHERE id = NEW.to_requirement_id)
    THEN
        RAISE EXCEPTION 'a requirement needs others of its own version'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'need_in_its_version';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER need_in_its_version
    BEFORE INSERT OR UPDATE ON pathways_requirement_needs
    FOR EACH ROW EXECUTE FUNCTION pathways_need_in_its_version();

CREATE FUNCTION pathways_requirement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.version_id <> NEW.version_id THEN
        RAISE EXCEPTION 'a requirement stays in its version'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'requirement_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requirement_stays
    BEFORE UPDATE OF version_id ON pathways_requirement
    FOR EACH ROW EXECUTE FUNCTION pathways_requirement_stays();
"""
NEEDS_BACK = """
DROP TRIGGER requirement_stays ON pathways_requirement;
DROP FUNCTION pathways_requirement_stays();
DROP TRIGGER need_in_its_version ON pathways_requirement_needs;
DROP FUNCTION pathways_need_in_its_version();
"""

# Learners are judged by a published version for years: with its whole tree it stays.
VERSIONS = """
CREATE FUNCTION pathways_version_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'a published pathway version never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pathway_fixed_once_published';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pathwayversion_fixed_once_published
    BEFORE UPDATE OR DELETE ON pathways_pathwayversion
    FOR EACH ROW EXECUTE FUNCTION pathways_version_is_fixed();

CREATE FUNCTION pathways_refuse_if_published(versions bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- Wait for a publication that is under way, then look at what it left.
    PERFORM FROM pathways_pathwayversion WHERE id = ANY (versions) FOR SHARE;
    IF EXISTS (SELECT FROM pathways_pathwayversion
               WHERE id = ANY (versions) AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a published pathway version never changes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pathway_fixed_once_published';
    END IF;
END $$;

CREATE FUNCTION pathways_part_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parts bigint[] := ARRAY[]::bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN parts := parts || OLD.version_id; END IF;
    IF TG_OP <> 'DELETE' THEN parts := parts || NEW.version_id; END IF;
    PERFORM pathways_refuse_if_published(parts);
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requirement_fixed_once_published
    BEFORE INSERT OR UPDATE OR DELETE ON pathways_requirement
    FOR EACH ROW EXECUTE FUNCTION pathways_part_is_fixed();
CREATE TRIGGER exit_fixed_once_published
    BEFORE INSERT OR UPDATE OR DELETE ON pathways_exit
    FOR EACH ROW EXECUTE FUNCTION pathways_part_is_fixed();
CREATE TRIGGER trustedissuer_fixed_once_published
    BEFORE INSERT OR UPDATE OR DELETE ON pathways_trustedissuer
    FOR EACH ROW EXECUTE FUNCTION pathways_part_is_fixed();

CREATE FUNCTION pathways_need_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    nodes bigint[] := ARRAY[]::bigint[];
BEGIN
    IF TG_OP <> 'INSERT' THEN nodes := nodes || OLD.from_requirement_id; END IF;
    IF TG_OP <> 'DELETE' THEN nodes := nodes || NEW.from_requirement_id; END IF;
    PERFORM pathways_refuse_if_published(ARRAY(
        SELECT version_id FROM pathways_requirement WHERE id = ANY (nodes)
    ));
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER need_fixed_once_published
    BEFORE INSERT OR UPDATE OR DELETE ON pathways_requirement_needs
    FOR EACH ROW EXECUTE FUNCTION pathways_need_is_fixed();

CREATE FUNCTION pathways_pathway_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.issuer_id, OLD.slug) IS DISTINCT FROM (NEW.issuer_id, NEW.slug)
        AND EXISTS (SELECT FROM pathways_pathwayversion
                    WHERE pathway_id = OLD.id AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a published pathway keeps its issuer and its address'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pathway_stays_once_published';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pathway_stays_once_published
    BEFORE UPDATE OF issuer_id, slug ON pathways_pathway
    FOR EACH ROW EXECUTE FUNCTION pathways_pathway_stays();
"""
VERSIONS_BACK = """
DROP TRIGGER pathway_stays_once_published ON pathways_pathway;
DROP FUNCTION pathways_pathway_stays();
DROP TRIGGER need_fixed_once_published ON pathways_requirement_needs;
DROP FUNCTION pathways_need_is_fixed();
DROP TRIGGER trustedissuer_fixed_once_published ON pathways_trustedissuer;
DROP TRIGGER exit_fixed_once_published ON pathways_exit;
DROP TRIGGER requirement_fixed_once_published ON pathways_requirement;
DROP FUNCTION pathways_part_is_fixed();
DROP FUNCTION pathways_refuse_if_published(bigint[]);
DROP TRIGGER pathwayversion_fixed_once_published ON pathways_pathwayversion;
DROP FUNCTION pathways_version_is_fixed();
"""

# Looked at when a version is published, not when an exit is drawn: a pathway and the
# badge it ends in are drafted side by side. From then on nothing can undo it: the
# badge's version, how it is earned, the exits and both issuers are fixed themselves.
OUTCOMES = """
CREATE FUNCTION pathways_outcomes_can_be_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.published_at IS NULL THEN RETURN NEW; END IF;
    IF NOT EXISTS (
        SELECT FROM pathways_exit e
        JOIN pathways_requirement r ON r.id = e.requirement_id
        WHERE e.version_id = NEW.id AND r.parent_id IS NULL
    ) THEN
        RAISE EXCEPTION 'a published pathway version ends in a credential'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pathway_has_an_outcome';
    END IF;
    IF EXISTS (
        SELECT FROM pathways_exit e
        JOIN credentials_achievementversion v ON v.id = e.outcome_id
        JOIN credentials_achievement a ON a.id = v.achievement_id
        JOIN pathways_pathway p ON p.id = NEW.pathway_id
        WHERE e.version_id = NEW.id
          AND (v.published_at IS NULL
               OR a.earned_through <> 'pathway'
               OR a.issuer_id <> p.issuer_id)
    ) THEN
        RAISE EXCEPTION 'a pathway gives published badges of its issuer that are earned so'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pathway_outcomes_can_be_given';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pathway_outcomes_can_be_given
    BEFORE INSERT OR UPDATE OF published_at ON pathways_pathwayversion
    FOR EACH ROW EXECUTE FUNCTION pathways_outcomes_can_be_given();
"""
OUTCOMES_BACK = """
DROP TRIGGER pathway_outcomes_can_be_given ON pathways_pathwayversion;
DROP FUNCTION pathways_outcomes_can_be_given();
"""

# What happened stays written. The CLR is written once; one change is allowed: to
# nothing, when the person is forgotten. Its digest stays, so it is not written again.
HISTORY = """
CREATE FUNCTION pathways_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER completionevent_append_only
    BEFORE UPDATE OR DELETE ON pathways_completionevent
    FOR EACH ROW EXECUTE FUNCTION pathways_refuse_change();
CREATE TRIGGER completionpart_append_only
    BEFORE UPDATE OR DELETE ON pathways_completionpart
    FOR EACH ROW EXECUTE FUNCTION pathways_refuse_change();

CREATE FUNCTION pathways_completion_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a completion is never deleted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'completion_written_once';
    END IF;
    IF (OLD.exit_id, OLD.version_id, OLD.learner_id, OLD.credential_id, OLD.completed_at)
       IS DISTINCT FROM
       (NEW.exit_id, NEW.version_id, NEW.learner_id, NEW.credential_id, NEW.completed_at)
       OR OLD.clr_sha256 <> '' AND OLD.clr_sha256 <> NEW.clr_sha256
       OR NEW.clr IS NOT NULL AND NEW.clr IS DISTINCT FROM OLD.clr
          AND NOT (OLD.clr IS NULL AND OLD.clr_sha256 = '') THEN
        RAISE EXCEPTION 'a completion is written once'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'completion_written_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER completion_written_once
    BEFORE UPDATE OR DELETE ON pathways_completion
    FOR EACH ROW EXECUTE FUNCTION pathways_completion_is_fixed();
"""
HISTORY_BACK = """
DROP TRIGGER completion_written_once ON pathways_completion;
DROP FUNCTION pathways_completion_is_fixed();
DROP TRIGGER completionpart_append_only ON pathways_completionpart;
DROP TRIGGER completionevent_append_only ON pathways_completionevent;
DROP FUNCTION pathways_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("pathways", "0001_initial")]

    operations = [
        migrations.RunSQL(WHOLE, WHOLE_BACK),
        migrations.RunSQL(NEEDS, NEEDS_BACK),
        migrations.RunSQL(VERSIONS, VERSIONS_BACK),
        migrations.RunSQL(OUTCOMES, OUTCOMES_BACK),
        migrations.RunSQL(HISTORY, HISTORY_BACK),
    ]
