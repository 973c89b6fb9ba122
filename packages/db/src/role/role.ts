/** The login role of the running controller: made by the owner of the database, and kept in step with the password on disk. */
import pg from "pg";
import { scramVerifier } from "./scram.ts";

export interface Facts {
  /** The role of the URL that the administrator gave, or the owner of the embedded database. */
  owner: string;
  mayMakeRoles: boolean;
  isSuper: boolean;
  database: string;
  /** `bulkhead_app` for the database `bulkhead`: one per database, because roles belong to the whole server. */
  role: string;
  isPresent: boolean;
  /** Made by Bulkhead, by the mark that it leaves. */
  isMarked: boolean;
}

export interface Credentials {
  /** Of the role: with password. */
  url: string;
  password: string;
}

const mark = "Bulkhead: the running controller";

/** What must be known before the role is touched. */
export async function readFacts(owner: pg.Client): Promise<Facts> {
  const found = await owner.query<Facts>(
    `select rolname as owner, rolsuper or rolcreaterole as "mayMakeRoles", rolsuper as "isSuper", database, role,
       exists (select 1 from pg_roles where rolname = role) as "isPresent",
       coalesce((select shobj_description(oid, 'pg_authid') from pg_roles where rolname = role) = $1, false) as "isMarked"
     from pg_roles, (select current_database()::text as database, case when octet_length(current_database()) <= 59
       then current_database() || '_app' else 'bulkhead_' || md5(current_database()) end as role) as names
     where rolname = current_user`,
    [mark],
  );
  const facts = found.rows[0];
  if (!facts) throw new Error("The database does not say which role it is used by.");
  return facts;
}

/**
 * Makes or mends the role. Returns null when the password opens it, otherwise why not, in words that complete
 * "because ...". `isOurServer`: the server is the embedded one, so every role is ours to mend.
 */
export async function ensureRole(
  owner: pg.Client,
  facts: Facts,
  { url, password, isOurServer }: Credentials & { isOurServer: boolean },
): Promise<string | null> {
  const { role, isPresent, isMarked, mayMakeRoles } = facts;
  if (isPresent && (await loginProblem(url)) === null) return null;
  if (!mayMakeRoles) return `${facts.owner} may not create roles, and ${await absence(facts, url)}`;
  if (isPresent && !isMarked && !isOurServer)
    return `the role ${role} was made by somebody else, and ${await absence(facts, url)}`;
  const name = pg.escapeIdentifier(role);
  const verb = isPresent ? "alter" : "create";
  try {
    await owner.query(
      `${verb} role ${name} with login password ${pg.escapeLiteral(scramVerifier(password))}`,
    );
    await owner.query(`comment on role ${name} is ${pg.escapeLiteral(mark)}`);
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return `${facts.owner} could not ${verb} the role ${role} (${error.message})`;
  }
  return loginProblem(url);
}

/** Takes from a role that is ours what nobody but a superuser can take: attributes of an administrator. */
export async function takeAttributes(owner: pg.Client, { role, isSuper }: Facts): Promise<void> {
  if (!isSuper) return;
  await owner.query(
    `alter role ${pg.escapeIdentifier(role)} with nosuperuser nocreatedb nocreaterole noreplication nobypassrls`,
  );
}

async function absence({ role, isPresent }: Facts, url: string): Promise<string> {
  return isPresent ? ((await loginProblem(url)) ?? "") : `the role ${role} does not exist`;
}

/** Null when the role can log in. Errors that have nothing to do with the role are thrown. */
async function loginProblem(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  try {
    await client.connect();
    return null;
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return `the server does not let it in (${error.message})`;
  } finally {
    await client.end();
  }
}

/** Wrong password, no such role or not in pg_hba.conf, no right to connect, no right to manage the role. */
function isForbidden(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && /^(28P01|28000|42501)$/.test(error.code ?? "");
}
