/** Which host answers a client: the same hash as the kernels. Pure. */
import { type Affinity, bucketOf, type PortRule } from "@bulkhead/core/wlbs";

export interface Lookup {
  bucket: number;
  address: string;
  port: number | null;
}

export type LookupAnswer = Lookup | { problem: string };

const pattern = /^(\d{1,3}(?:\.\d{1,3}){3})(?::(\d{1,5}))?$/;

/** The affinity that a rule gives to a client, in words. */
export const affinityWords: Record<Affinity, string> = {
  none: "address and port",
  single: "address",
  network: "its /24 network",
};

/** Reads "192.0.2.7" or "192.0.2.7:51034" and finds the bucket under one port rule. Null for an empty field. */
export function lookUp(text: string, rule: PortRule, seed: number): LookupAnswer | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  const match = pattern.exec(trimmed);
  const address = match?.[1];
  if (!address) return { problem: "Type an IPv4 address, for example 192.0.2.7 or 192.0.2.7:51034." };
  const port = match[2] === undefined ? null : Number(match[2]);
  if (port !== null && port > 65535) return { problem: "A port is at most 65535." };
  if (rule.affinity === "none" && port === null) {
    return {
      problem: `Rule ${rule.name} has affinity none, so the client's port decides too: add it as ${address}:51034.`,
    };
  }
  try {
    return { bucket: bucketOf(rule.affinity, { address, port: port ?? 0 }, seed), address, port };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
