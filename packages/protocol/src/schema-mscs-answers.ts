/** Schemas of the data with which agents answer `mscs.*` commands. Tolerant: unknown fields are dropped. */
import * as z from "zod";
import { act } from "./schema-mscs-status.ts";
import { address, count, name, port, prefixLength, rows, sentence } from "./schema-parts.ts";

const objectName = z.string().min(1).max(256);

export const mscsAct = act;

export const prediction = z.object({
  hasQuorum: z.boolean(),
  fenced: rows(name),
  groups: rows(
    z.object({
      group: name,
      from: name.nullable(),
      to: name.nullable(),
      verdict: z.enum(["stays", "moves", "restarts", "starts", "stops", "partial", "offline"]),
      stopped: rows(objectName),
      why: sentence,
    }),
  ),
  steps: rows(
    z.object({
      order: count,
      action: z.enum(["fence", "stop", "start"]),
      object: objectName,
      node: name,
    }),
  ),
  warnings: rows(sentence),
});

export const drift = z.object({
  lines: rows(z.object({ object: sentence, wanted: sentence.nullable(), found: sentence.nullable() })),
  foreign: rows(sentence),
});

const adoptionItem = z.object({ object: sentence, text: sentence });

export const adoption = z.object({
  pair: name,
  asIs: rows(adoptionItem),
  changes: rows(adoptionItem),
  kept: rows(adoptionItem),
  obstacles: rows(sentence),
  fleetFile: z.string().max(1_000_000),
});

export const installedAgent = z.object({ agent: name, title: sentence });

const scalar = z.union([z.string(), z.number(), z.boolean()]);

export const agentForm = installedAgent.extend({
  help: z.string().max(65_536),
  fields: rows(
    z.object({
      name,
      title: sentence,
      help: z.string().max(65_536),
      kind: z.enum([
        "text",
        "path",
        "cidr",
        "interface",
        "hostName",
        "port",
        "number",
        "flag",
        "choice",
        "resource",
        "parameters",
      ]),
      fallback: scalar.nullable(),
      isRequired: z.boolean(),
      choices: rows(sentence).exactOptional(),
      range: z.tuple([z.number(), z.number()]).exactOptional(),
      pattern: z.object({ source: sentence, says: sentence }).exactOptional(),
    }),
  ),
});

const system = z.object({
  os: sentence,
  kernel: sentence,
  architecture: name,
  // Empty where the file is missing: the controller knows the one of the enrolment.
  machineId: z.string().max(128),
  clockMs: count,
  isClockKept: z.boolean().nullable(),
});

const programs = rows(z.object({ name, version: sentence.nullable() }));

export const witnessFacts = z.object({
  node: name,
  system,
  programs,
  portHeldBy: sentence.nullable(),
  isRunning: z.boolean(),
  isTls: z.boolean().nullable(),
});

export const nodeFacts = z.object({
  node: name,
  system,
  programs,
  agents: rows(z.object({ agent: sentence, isInstalled: z.boolean() })),
  postgres: rows(z.object({ resource: objectName, version: sentence.nullable() })),
  interfaces: rows(
    z.object({
      name,
      mtu: count,
      isUp: z.boolean(),
      addresses: rows(z.object({ address, prefixLength, isDynamic: z.boolean() })),
    }),
  ),
  peers: rows(
    z.object({
      network: name,
      address,
      isReachable: z.boolean(),
      roundTripMs: z.number().min(0).nullable(),
      isFullSizeHeard: z.boolean().nullable(),
    }),
  ),
  groupAddresses: rows(
    z.object({
      address,
      heldBy: z.enum(["nobody", "self", "other"]).nullable(),
      where: sentence.nullable(),
    }),
  ),
  names: rows(z.object({ name: objectName, addresses: rows(address) })),
  ports: rows(z.object({ port, protocol: z.enum(["tcp", "udp"]), heldBy: sentence.nullable() })),
  disks: rows(
    z.object({
      device: sentence,
      isPresent: z.boolean(),
      sizeBytes: count.nullable(),
      id: sentence.nullable(),
      fs: sentence.nullable(),
      mountedAt: rows(sentence),
      isInFstab: z.boolean(),
    }),
  ),
  fencing: rows(z.object({ target: name, works: z.boolean().nullable(), said: sentence })).nullable(),
  watchdog: sentence.nullable(),
  witness: z
    .object({ address, isReachable: z.boolean(), isTls: z.boolean().nullable(), said: sentence })
    .nullable(),
  bootUnits: rows(z.object({ unit: sentence, isEnabled: z.boolean() })).nullable(),
  runningPair: name.nullable(),
});
