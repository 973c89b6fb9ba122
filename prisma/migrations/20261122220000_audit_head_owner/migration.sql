-- The running controller may insert audit records, and nothing else, on both audit tables. So the trigger that links a
-- record to the chain moves the head with the rights of the owner, and looks tables up where no session can shadow them.
ALTER FUNCTION bulkhead_audit_link() SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;

-- On a table of somebody's own, as its trigger, the function would move the head without a record.
REVOKE EXECUTE ON FUNCTION bulkhead_audit_link() FROM PUBLIC;
