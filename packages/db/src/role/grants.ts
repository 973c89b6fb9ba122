/**
 * What the running controller may do with each table. A table that is not named here, such as one of a later migration, may
 * be read and changed; nobody but the owner may empty it, alter it or put triggers on it.
 */
import pg from "pg";

/** Rights that differ from `usual`; null = none. */
const special: Record<string, string | null> = {
  AuditEvent: "SELECT, INSERT",
  // A row can be locked only with the right to update a column; the trigger refuses the update itself.
  AuditHead: 'SELECT, UPDATE ("id")',
  FleetHead: "SELECT, UPDATE",
  Plan: "SELECT, INSERT",
  Deployment: "SELECT, INSERT, UPDATE",
  DeploymentNode: "SELECT, INSERT, UPDATE",
  _prisma_migrations: null,
};
const usual = "SELECT, INSERT, UPDATE, DELETE";

export interface Grantee {
  role: string;
  database: string;
}

/**
 * Gives the role exactly its rights on the tables that are there now, in one transaction. Call it after every migration, as
 * the owner of the tables. Also takes from everybody what a fresh database gives to everybody: temporary tables.
 */
export async function grantRights(owner: pg.Client, { role, database }: Grantee): Promise<void> {
  const to = pg.escapeIdentifier(role);
  const base = pg.escapeIdentifier(database);
  const tables = await owner.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1",
  );
  const statements = [
    "begin",
    `revoke temporary on database ${base} from public`,
    "revoke create on schema public from public",
    `grant connect on database ${base} to ${to}`,
    `grant usage on schema public to ${to}`,
    `revoke all on all tables in schema public from ${to}`,
    `grant usage, select on all sequences in schema public to ${to}`,
    ...tables.rows.flatMap(({ name }) => grantTable(name, to)),
    "commit",
  ];
  await owner.query(statements.join(";\n"));
}

function grantTable(name: string, to: string): string[] {
  const rights = name in special ? special[name] : usual;
  return rights ? [`grant ${rights} on public.${pg.escapeIdentifier(name)} to ${to}`] : [];
}

/** What the role may do beyond that, in words that complete "The role ..."; null when nothing. */
export async function findExcess(owner: pg.Client, role: string): Promise<string | null> {
  const found = await owner.query<{ excess: string | null }>(
    `select concat_ws(', ',
       case when rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls
         then 'has attributes of an administrator' end,
       case when exists (select 1 from pg_auth_members where member = r.oid) then 'is a member of other roles' end,
       case when exists (select 1 from pg_class where relowner = r.oid) then 'owns tables' end,
       case when has_schema_privilege(r.oid, 'public', 'create') then 'may create tables' end,
       case when has_parameter_privilege(r.oid, 'session_replication_role', 'set') then 'may switch triggers off' end,
       case when has_table_privilege(r.oid, 'public."AuditEvent"', 'update, delete, truncate, trigger')
         then 'may change the audit log' end) as excess
     from pg_roles as r where rolname = $1`,
    [role],
  );
  return found.rows[0]?.excess || null;
}
