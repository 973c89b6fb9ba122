/** The zod inputs that several procedures share: names, limits, ids. */
import { z } from "zod";
import { overridableRules } from "./context.ts";

/** Node, cluster and group names: what the fleet file accepts as a key. */
export const nameInput = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "Use small letters, digits and hyphens, for example web-1.");

const objectName = "[A-Za-z]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?";

/** Names of pairs, groups and resources: what the fleet file accepts there. */
export const objectNameInput = z
  .string()
  .regex(
    new RegExp(`^${objectName}$`),
    "A name has 1-63 letters, digits, hyphens or underscores and begins with a letter, for example sql.",
  );

/** Free text names of people and tokens. */
export const labelInput = z.string().trim().min(1).max(100);

export const idInput = z.string().min(1).max(100);

/** Rows of a list, newest first. */
export const limitInput = z.number().int().min(1).max(500).default(50);

/** Sent back by the SSE client after a break; a live view starts over with the present state. */
export const resumeInput = z.object({ lastEventId: z.string().max(100).nullish() });

/** How a port rule is named on the command line (DOMAIN 1.8); what it means is decided by core. */
export const ruleTargetInput = z.string().trim().min(1).max(64);

/** ADDRESS:PORT, or an address alone. */
export const endpointInput = z.string().trim().min(1).max(64);

/** Rules that an admin may set aside for one plan. */
export const overrideInput = z.array(z.enum(overridableRules)).max(overridableRules.length).default([]);

/** An object of a pair as `MscsOrder` names it: a group, node or pair by its name, a resource as GROUP/RESOURCE. */
export const objectInput = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("group"), name: objectNameInput }),
  z.strictObject({ kind: z.literal("node"), name: nameInput }),
  z.strictObject({ kind: z.literal("pair"), name: objectNameInput }),
  z.strictObject({
    kind: z.literal("resource"),
    name: z
      .string()
      .regex(
        new RegExp(`^${objectName}/${objectName}$`),
        "Name a resource as GROUP/RESOURCE, for example sql/ip.",
      ),
  }),
]);

/** A resource agent with its class, for example ocf:heartbeat:nginx. */
export const agentInput = z
  .string()
  .max(200)
  .regex(
    /^[A-Za-z0-9_-]+(:[A-Za-z0-9_.@-]+){1,2}$/,
    "Name an agent with its class, for example ocf:heartbeat:nginx.",
  );
