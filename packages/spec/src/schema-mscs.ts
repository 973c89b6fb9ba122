/** An MSCS pair in the fleet file: nodes, networks, witness, fencing, groups (DOMAIN 2.2 to 2.4). */
import { networkOf, parseCidr } from "@bulkhead/core/fleet";
import { z } from "zod";
import { cidr, name, objectName } from "./schema-parts.ts";
import { parameters, resource } from "./schema-resource.ts";

const hour = z.int().min(0).max(23);

const group = z.strictObject({
  preferredOwners: z.array(name).default([]),
  failback: z
    .strictObject({
      allow: z.boolean().default(false),
      windowHours: z
        .tuple([hour, hour], {
          error: "a window has two hours from 0 to 23, its start and its end, for example [2, 4]",
        })
        .optional(),
    })
    .optional(),
  failover: z
    .strictObject({
      threshold: z.int().min(0).max(1000).default(10),
      periodHours: z.int().min(0).max(1193).default(6),
    })
    .optional(),
  priority: z.enum(["high", "medium", "low", "noAutoStart"]).default("medium"),
  antiAffinity: z.array(objectName).default([]),
  persistentState: z.boolean().default(true),
  resources: z.record(objectName, resource),
});

const fencing = z.strictObject({
  agent: z.string().regex(/^fence_[a-z0-9_]+$/, "name a fence agent in /usr/sbin, for example fence_ipmilan"),
  parameters: parameters.default({}),
  nodes: z.record(name, parameters).default({}),
});

const network = z.strictObject({
  subnet: cidr.refine(isNetwork, "write the address of the network itself, for example 10.77.0.0/24"),
  role: z.enum(["internal", "client", "both"]).default("both"),
});

function isNetwork(text: string): boolean {
  const cidr = parseCidr(text);
  return cidr !== null && networkOf(cidr).address === cidr.address;
}

export const mscsCluster = z.strictObject({
  nodes: z.array(name),
  engine: z.enum(["made", "adopted"]).default("made"),
  networks: z.record(name, network).default({}),
  witness: name.nullable().optional(),
  fencing: fencing.nullable().optional(),
  tokenMs: z
    .int()
    .min(1000, "a token below 1000 ms makes healthy nodes fence each other under load")
    .max(30_000)
    .default(1000),
  groups: z.record(objectName, group),
});
