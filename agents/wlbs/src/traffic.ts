/** Sums of the kernel's counters over the life of this agent, though a `stop` takes the counters away. Pure. */
import { noTraffic, type TrafficCounters } from "@bulkhead/core/wlbs";

/** A counter by its place, for example "rules.http.acceptedPackets". */
type Flat = Map<string, number>;

export class TrafficSum {
  /** What counters that are gone had counted. */
  readonly #before: Flat = new Map();
  #now: Flat = new Map();
  #shape: TrafficCounters = noTraffic;

  /** A counter that is smaller than at the last reading is a new one. */
  take(reading: TrafficCounters): void {
    const fresh = flatten(reading);
    for (const [place, last] of this.#now) {
      if ((fresh.get(place) ?? 0) < last) this.#before.set(place, (this.#before.get(place) ?? 0) + last);
    }
    this.#now = fresh;
    this.#shape = reading;
  }

  /** Rules and virtual IPs as in the last reading. */
  get total(): TrafficCounters {
    return added(this.#shape, this.#before);
  }
}

function flatten(reading: TrafficCounters): Flat {
  const flat: Flat = new Map();
  const { rules, vips, bucketGroups, ...totals } = reading;
  const take = (prefix: string, row: Record<string, unknown>): void => {
    for (const [name, value] of Object.entries(row)) {
      if (typeof value === "number") flat.set(`${prefix}${name}`, value);
    }
  };
  take("", totals);
  for (const rule of rules) take(`rules.${rule.name}.`, { ...rule });
  for (const vip of vips) take(`vips.${vip.address}.`, { ...vip });
  for (const [group, count] of (bucketGroups ?? []).entries()) flat.set(`groups.${group}`, count);
  return flat;
}

function added(reading: TrafficCounters, before: Flat): TrafficCounters {
  const plus = <Row extends object>(prefix: string, row: Row): Row =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]: [string, unknown]) => [
        name,
        typeof value === "number" ? value + (before.get(`${prefix}${name}`) ?? 0) : value,
      ]),
    ) as Row;
  return {
    ...plus("", reading),
    rules: reading.rules.map((rule) => plus(`rules.${rule.name}.`, rule)),
    vips: reading.vips.map((vip) => plus(`vips.${vip.address}.`, vip)),
    bucketGroups:
      reading.bucketGroups?.map((count, group) => count + (before.get(`groups.${group}`) ?? 0)) ?? null,
  };
}
