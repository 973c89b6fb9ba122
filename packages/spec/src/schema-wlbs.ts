/** A WLBS cluster as the fleet file writes it. Ranges and defaults are those of DOMAIN 1.1 to 1.3. */
import { canonicalAddress } from "@bulkhead/core/fleet";
import { z } from "zod";
import { cidr, name, networkInterface } from "./schema-parts.ts";
import { type FileProbe, probe } from "./schema-probe.ts";

const heartbeat = z.union(
  [
    z.enum(["default", "fast", "nlb"]),
    z.strictObject({ periodMs: z.int().min(50).max(10_000), tolerance: z.int().min(3).max(100) }),
  ],
  "write default, fast, nlb, or { periodMs: 50 to 10000, tolerance: 3 to 100 }",
);

const host = z.strictObject({
  id: z.int().min(1).max(32).describe("Host ID: identity and priority, 1 is the highest"),
  interface: networkInterface,
  dedicatedIp: cidr,
  initialState: z.enum(["started", "stopped", "suspended"]).default("started"),
  retainSuspended: z.boolean().default(true).describe("A suspended host stays so over a restart"),
});

const ports = z
  .union([z.int(), z.string()], "write one port or a range, for example 80 or 8080-8090")
  .refine((value) => portRange(value) !== null, {
    message: "it is no range of ports",
    params: { cure: "Write one port from 0 to 65535, or a range such as 8080-8090." },
  });

const ruleVip = z
  .string()
  .refine((text) => text === "all" || canonicalAddress(text) !== null, {
    message: "it is no address",
    params: { cure: "Write all, or one of the cluster's virtual IPs without its prefix." },
  })
  .default("all");

const portRule = z
  .strictObject({
    vip: ruleVip,
    ports,
    protocol: z.enum(["tcp", "udp", "both"]).default("both"),
    mode: z.enum(["multiple", "single", "disabled"]).default("multiple"),
    affinity: z.enum(["none", "single", "network"]).default("single"),
    affinityTimeoutMin: z.int().min(0).max(240).default(0).describe("Extended affinity in minutes, 0 = off"),
    weights: z
      .record(name, z.int().min(0).max(100))
      .optional()
      .describe("Multiple mode: load weight by host"),
    priorities: z
      .record(name, z.int().min(1).max(32))
      .optional()
      .describe("Single mode: handling priority by host"),
    probe: probe.optional(),
  })
  .refine((rule) => !lacksPort(rule) || portRange(rule.ports)?.startPort !== 0, {
    path: ["probe"],
    message: "the rule begins with port 0, which no probe can ask",
    params: { cure: "Name the port of the probe, for example tcp: { port: 80 }." },
  })
  .refine((rule) => !lacksPort(rule) || rule.protocol !== "udp", {
    path: ["probe"],
    message: "the rule carries UDP only, and a TCP or HTTP probe cannot ask its port",
    params: { cure: "Name the TCP port of the probe, or use a script." },
  });

/** The file's own name for what is given to a cluster that names no rules: DOMAIN 1.3, KB 203597. */
export const defaultRules = {
  default: portRule.parse({ ports: "0-65535" }),
};

const mac = z
  .string()
  .regex(/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i, "write six bytes, for example 03:bf:0a:4d:00:64");

const internetName = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i,
    "write a host name with its domain, for example www.example.com",
  );

export const wlbsCluster = z.strictObject({
  vips: z.array(cidr).min(1, "name the virtual IP").max(32).describe("The first is the primary virtual IP"),
  mode: z.enum(["unicast", "multicast", "igmp", "direct"]).default("multicast"),
  clusterMac: mac.optional().describe("Derived from the primary virtual IP unless given"),
  internetName: internetName.optional(),
  heartbeat: heartbeat.default("default"),
  partition: z.enum(["serve", "majority"]).default("serve"),
  filterIcmp: z.boolean().default(false).describe("On: only the default host answers a ping of a virtual IP"),
  hosts: z.record(name, host),
  rules: z.record(name, portRule).optional().describe("Absent: one rule for all ports with single affinity"),
});

/** First and last port; null if the value is neither a port nor a range in order. */
export function portRange(value: string | number): { startPort: number; endPort: number } | null {
  const [, first = "", last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(value)) ?? [];
  const [startPort, endPort] = [Number(first), Number(last)];
  return first !== "" && startPort <= endPort && endPort <= 65_535 ? { startPort, endPort } : null;
}

/** Does the probe need the rule's port for want of its own. */
function lacksPort(rule: { probe?: FileProbe | undefined }): boolean {
  const asked = rule.probe?.tcp ?? rule.probe?.http;
  return asked !== undefined && asked.port === undefined;
}
