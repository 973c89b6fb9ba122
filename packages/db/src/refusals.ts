/**
 * Turns an error of the database into the refusal of the rule that spoke. The triggers of the wall give all four texts;
 * the bare constraints, which speak only in a race, give their name, which begins with the rule.
 */
import type { ObjectRef, Refusal } from "@bulkhead/core/fleet";

interface DatabaseError {
  code: string;
  message: string;
  detail: string;
  hint: string;
  constraint: string;
}

/** Null when the error is no refusal: then it is a fault and belongs to whoever looks after the database. */
export function refusalFromError(error: unknown): Refusal | null {
  const found = findDatabaseError(error);
  if (!found) return null;
  return fromTrigger(found) ?? fromConstraint(found);
}

/** True for conflicts that go away when the transaction is tried again. */
export function isRetryable(error: unknown): boolean {
  if (has(error, "code") && error.code === "P2034") return true;
  const code = findDatabaseError(error)?.code ?? "";
  return code === "40001" || code === "40P01";
}

function fromTrigger({ message, detail, hint }: DatabaseError): Refusal | null {
  const spoken = /^(R\d+|B-[a-z-]+): (.+)$/s.exec(message);
  if (!spoken || hint === "") return null;
  const [reason = "", objects = ""] = detail.split(" Objects: ");
  return {
    rule: spoken[1] ?? "",
    severity: "error",
    objects: parseObjects(objects),
    message: spoken[2] ?? "",
    reason,
    cure: hint,
  };
}

function parseObjects(text: string): ObjectRef[] {
  const parts = text
    .replace(/\.$/, "")
    .split(", ")
    .filter((part) => part !== "");
  return parts.map((part) => {
    const space = part.indexOf(" ");
    return { kind: part.slice(0, space) as ObjectRef["kind"], name: part.slice(space + 1) };
  });
}

function fromConstraint({ constraint }: DatabaseError): Refusal | null {
  const rule = /^R\d+(?=_)/.exec(constraint)?.[0];
  if (!rule) return null;
  const words = constraint.replace(/^(R\d+_)+/, "").replaceAll("_", " ");
  return {
    rule,
    severity: "error",
    objects: [{ kind: "fleet", name: "database" }],
    message: `The database refused the change: ${words}`,
    reason:
      "Somebody else changed the fleet at the same moment, or the change breaks a placement rule that is part of the tables.",
    cure: "Make the plan again on the present fleet and look at its refusals.",
  };
}

/** Errors come from Prisma (nested in `meta`), from its driver (as `cause`) and from node-postgres (bare). */
function findDatabaseError(error: unknown): DatabaseError | null {
  for (let at = error, depth = 0; at && depth < 6; at = inner(at), depth++) {
    const read = readDatabaseError(at);
    if (read) return read;
  }
  return null;
}

function inner(error: unknown): unknown {
  if (has(error, "meta") && has(error.meta, "driverAdapterError")) return error.meta.driverAdapterError;
  return has(error, "cause") ? error.cause : null;
}

function readDatabaseError(error: unknown): DatabaseError | null {
  const code = text(error, "originalCode") || text(error, "code");
  if (!/^[0-9A-Z]{5}$/.test(code) || code.startsWith("P2")) return null;
  const message = text(error, "originalMessage") || text(error, "message");
  const named = /constraint "([^"]+)"/.exec(message)?.[1] ?? "";
  const constraint = text(error, "constraint") || named;
  return { code, message, detail: text(error, "detail"), hint: text(error, "hint"), constraint };
}

function has<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === "object" && value !== null && key in value;
}

function text(value: unknown, key: string): string {
  const found = has(value, key) ? value[key] : undefined;
  return typeof found === "string" ? found : "";
}
