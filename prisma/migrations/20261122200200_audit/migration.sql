-- The audit chain (docs/audit.md). The database itself numbers without gaps, links every record to the one before it,
-- checks each hash, and lets nobody change or remove a record.

INSERT INTO "AuditHead" ("id", "seq", "hash") VALUES (1, 0, repeat('0', 64));
ALTER TABLE "AuditHead" ADD CONSTRAINT "B_one_audit_head" CHECK ("id" = 1);
ALTER TABLE "AuditEvent" ADD CONSTRAINT "B_audit_seq" CHECK ("seq" >= 1);
-- The text that is hashed: number, hash before, event in canonical form, one line each.
ALTER TABLE "AuditEvent" ADD CONSTRAINT "B_audit_hash" CHECK (
  "hash" = encode(sha256(convert_to("seq"::text || E'\n' || "prevHash" || E'\n' || "body", 'UTF8')), 'hex')
);

CREATE FUNCTION bulkhead_audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  head "AuditHead";
  event jsonb := NEW."body"::jsonb;
BEGIN
  SELECT * INTO head FROM "AuditHead" WHERE "id" = 1 FOR UPDATE;
  IF NEW."seq" <> head."seq" + 1 OR NEW."prevHash" <> head."hash" THEN
    RAISE EXCEPTION USING ERRCODE = 'serialization_failure',
      MESSAGE = format('Audit record %s does not follow record %s', NEW."seq", head."seq"),
      HINT = 'Lock the row of "AuditHead", read it, and link to it.';
  END IF;
  NEW."at" := to_timestamp((event ->> 'at')::numeric / 1000);
  NEW."actorName" := event -> 'actor' ->> 'name';
  NEW."action" := event ->> 'action';
  NEW."objectKind" := event -> 'object' ->> 'kind';
  NEW."objectName" := event -> 'object' ->> 'name';
  NEW."outcome" := event ->> 'outcome';
  UPDATE "AuditHead" SET "seq" = NEW."seq", "hash" = NEW."hash" WHERE "id" = 1;
  RETURN NEW;
END $$;

CREATE FUNCTION bulkhead_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The head is moved by the linking trigger, one level down, and by nobody else.
  IF TG_TABLE_NAME = 'AuditHead' AND TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 THEN RETURN NEW; END IF;
  RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
    MESSAGE = format('The audit is append-only: %s on %I is refused', TG_OP, TG_TABLE_NAME),
    HINT = 'To correct an entry, append another one that says so.';
END $$;

CREATE TRIGGER "audit_link" BEFORE INSERT ON "AuditEvent" FOR EACH ROW EXECUTE FUNCTION bulkhead_audit_link();
CREATE TRIGGER "audit_append_only" BEFORE UPDATE OR DELETE ON "AuditEvent" FOR EACH ROW EXECUTE FUNCTION bulkhead_audit_refuse();
CREATE TRIGGER "audit_no_truncate" BEFORE TRUNCATE ON "AuditEvent" FOR EACH STATEMENT EXECUTE FUNCTION bulkhead_audit_refuse();
CREATE TRIGGER "audit_append_only" BEFORE INSERT OR UPDATE OR DELETE ON "AuditHead" FOR EACH ROW EXECUTE FUNCTION bulkhead_audit_refuse();
CREATE TRIGGER "audit_no_truncate" BEFORE TRUNCATE ON "AuditHead" FOR EACH STATEMENT EXECUTE FUNCTION bulkhead_audit_refuse();
