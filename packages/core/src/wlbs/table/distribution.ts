/**
 * The bucket tables of all port rules. Equal tables are one object, so that a usual cluster, where all rules are shared
 * alike, has one table however many rules it has, and unchanged tables are recognised without looking into them.
 */
import { BUCKET_COUNT, type BucketTable, type WlbsPolicy } from "../types.ts";
import { assignBuckets, emptyTable } from "./assign.ts";
import { digestBytes } from "./digest.ts";
import { quotas } from "./quotas.ts";
import { type Share, sharesOf, type Taker } from "./shares.ts";

/** A table, and how many buckets each host has in it: index = host ID, 0 = nobody. */
export interface OwnerTable {
  owners: BucketTable;
  counts: number[];
}

export interface Distribution {
  /** Names of the rules, by slot. */
  rules: string[];
  /** Null = no table (mode disabled). Equal tables are the same object. */
  slots: (OwnerTable | null)[];
  /** Agreement digest, 16 hex digits. */
  digest: string;
}

export function ownerTable(owners: BucketTable): OwnerTable {
  const counts = Array.from({ length: 33 }, () => 0);
  for (const owner of owners) counts[owner] = (counts[owner] ?? 0) + 1;
  return { owners, counts };
}

/** The one owner of all buckets (0 = nobody), or null. */
export function uniformOwner(table: OwnerTable): number | null {
  const owner = table.counts.indexOf(BUCKET_COUNT);
  return owner < 0 ? null : owner;
}

/** The distinct ones among the tables of the slots, by first use. */
export function distinctTables<Table>(slots: readonly (Table | null)[]): Table[] {
  return [...new Set(slots.filter((table) => table !== null))];
}

function sameOwners(a: BucketTable, b: BucketTable): boolean {
  for (let bucket = 0; bucket < BUCKET_COUNT; bucket += 1) if (a[bucket] !== b[bucket]) return false;
  return true;
}

/** Equal tables become one object. */
function merge(slots: readonly (OwnerTable | null)[]): (OwnerTable | null)[] {
  const known: OwnerTable[] = [];
  return slots.map((table) => {
    if (!table) return null;
    const same = known.find((other) => other === table || sameOwners(other.owners, table.owners));
    if (!same) known.push(table);
    return same ?? table;
  });
}

/** Agreement digest over all tables and which slot uses which. */
export function distributionDigest(slots: readonly (OwnerTable | null)[]): string {
  const tables = distinctTables(slots);
  const bytes = new Uint8Array(slots.length + tables.length * BUCKET_COUNT);
  for (const [slot, table] of slots.entries()) bytes[slot] = table ? tables.indexOf(table) : 255;
  for (const [i, { owners }] of tables.entries()) bytes.set(owners, slots.length + i * BUCKET_COUNT);
  return digestBytes(bytes);
}

/** `slots` in the order of `rules`. */
export function distribution(rules: readonly string[], slots: readonly (OwnerTable | null)[]): Distribution {
  const merged = merge(slots);
  return { rules: [...rules], slots: merged, digest: distributionDigest(merged) };
}

/** A cluster without a past. */
export const NO_DISTRIBUTION: Distribution = { rules: [], slots: [], digest: "" };

function hasQuotas(table: OwnerTable, shares: readonly Share[]): boolean {
  const due = quotas(shares, BUCKET_COUNT);
  return table.counts.every((count, hostId) => {
    if (hostId > 0) return count === (due.get(hostId) ?? 0);
    const nobody = [...due.values()].every((quota) => quota === 0);
    return count === (nobody ? BUCKET_COUNT : 0);
  });
}

const keyOf = (shares: readonly Share[]): string =>
  shares.map(({ hostId, weight }) => `${hostId}:${weight}`).join();

/** Hosts with no weight own nothing whether they are listed or not. */
function sharesBySlot(takers: readonly Taker[], policy: WlbsPolicy): (Share[] | null)[] {
  return policy.rules.map((rule) => sharesOf(rule, takers)?.filter(({ weight }) => weight > 0) ?? null);
}

/** True when the tables are just as `takers` are due: nothing has to move. Looks at counts only. */
export function isDue(present: Distribution, takers: readonly Taker[], policy: WlbsPolicy): boolean {
  const checked = new Map<OwnerTable, Map<string, boolean>>();
  return sharesBySlot(takers, policy).every((shares, slot) => {
    const table = present.slots[slot] ?? null;
    if (!shares || !table) return shares === null && table === null;
    const key = keyOf(shares);
    const known = checked.get(table) ?? new Map<string, boolean>();
    checked.set(table, known);
    const verdict = known.get(key) ?? hasQuotas(table, shares);
    known.set(key, verdict);
    return verdict;
  });
}

/**
 * The next tables of all rules, each with the fewest moves from its own present one. Rules are known by name; a new one
 * begins with the table of a rule that is shared alike, so that the two stay one table.
 */
export function nextDistribution(
  base: Distribution,
  takers: readonly Taker[],
  policy: WlbsPolicy,
): Distribution {
  const rows = sharesBySlot(takers, policy).map((shares, slot) => {
    const before = base.slots[base.rules.indexOf(policy.rules[slot]?.name ?? "")] ?? null;
    return { shares, before, key: shares ? keyOf(shares) : "" };
  });
  const fresh = ownerTable(emptyTable());
  const made = new Map<OwnerTable, Map<string, OwnerTable>>();
  const slots = rows.map(({ shares, before, key }) => {
    if (!shares) return null;
    const from = before ?? rows.find((row) => row.before && row.key === key)?.before ?? fresh;
    const ofBase = made.get(from) ?? new Map<string, OwnerTable>();
    made.set(from, ofBase);
    const next =
      ofBase.get(key) ?? (hasQuotas(from, shares) ? from : ownerTable(assignBuckets(from.owners, shares)));
    ofBase.set(key, next);
    return next;
  });
  return distribution(
    policy.rules.map(({ name }) => name),
    slots,
  );
}
