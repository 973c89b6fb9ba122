/**
 * Least privilege: the owner migrates, the running controller works as a role that can append to the audit log and cannot
 * touch it otherwise (docs/audit.md). Bulkhead makes that role by itself wherever the owner may make roles.
 */
import pg from "pg";
import { makePassword, readPassword } from "../postgres/layout.ts";
import { findExcess, grantRights } from "./grants.ts";
import { ensureRole, type Facts, readFacts, takeAttributes } from "./role.ts";

export interface RuntimeRoleOptions {
  /** The password of the role is kept here, 0600. */
  secretsDir: string;
  /** The embedded server: a role that is not as it should be is mended, and one that cannot be is an error. */
  isOurServer: boolean;
}

export interface RuntimeRole {
  /** To work with. With password: keep it out of logs and arguments. */
  url: string;
  name: string;
  /** Why the audit log is less safe than it could be, and what to do; null when all is well. */
  warning: string | null;
}

const passwordFile = "pg-app.password";
/** Two controllers that start at once on one database take turns. Any number serves; this one is no other program's. */
const turn = 72_707_370;

/** Call it after `migrate`, with the same URL. Where the role cannot be had the result is the URL itself, with a warning. */
export async function prepareRuntimeRole(
  ownerUrl: string,
  options: RuntimeRoleOptions,
): Promise<RuntimeRole> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  owner.on("error", () => {});
  await owner.connect();
  try {
    await owner.query("select pg_advisory_lock($1)", [turn]);
    return await prepare(owner, ownerUrl, options);
  } finally {
    await owner.end();
  }
}

async function prepare(
  owner: pg.Client,
  ownerUrl: string,
  { secretsDir, isOurServer }: RuntimeRoleOptions,
): Promise<RuntimeRole> {
  const facts = await readFacts(owner);
  const password = readPassword(secretsDir, passwordFile) || makePassword(secretsDir, passwordFile);
  const url = urlAs(ownerUrl, facts.role, password);
  const problem = await ensureRole(owner, facts, { url, password, isOurServer });
  if (problem !== null) {
    if (isOurServer) throw new Error(`The controller cannot use its database, because ${problem}.`);
    return { url: ownerUrl, name: facts.owner, warning: ownerWarning(facts, problem) };
  }
  if (isOurServer) await takeAttributes(owner, facts);
  await grantRights(owner, facts);
  const excess = await findExcess(owner, facts.role);
  return { url, name: facts.role, warning: excess && excessWarning(facts.role, excess) };
}

/** The same server and database as another role, for every form of URL, those with a Unix socket included. */
function urlAs(ownerUrl: string, role: string, password: string): string {
  const url = new URL(ownerUrl.replace("@/", "@localhost/"));
  url.searchParams.set("user", role);
  url.searchParams.set("password", password);
  return url.href;
}

function ownerWarning({ owner, role }: Facts, problem: string): string {
  return `The controller works in the database as ${owner}, which owns the audit log and can switch its protection off, because ${problem}. Run "alter role ${owner} createrole" once and start again, or make ${role} yourself (docs/controller.md).`;
}

function excessWarning(role: string, excess: string): string {
  return `The role ${role}, as which the controller works in the database, ${excess}: the audit log is only as safe as that. Take these rights away from it (docs/controller.md).`;
}
