/**
 * What commands ask of the engine, one small order each. Everything that must hold together is one write of the CIB,
 * which the engine refuses when somebody else was quicker; then it is made anew on the newer CIB.
 */
import {
  bannedGroups,
  hasNodeAttribute,
  isOrderedOffline,
  memberIds,
  type Pin,
  pauseAttribute,
  withBans,
  withNodeAttribute,
  withOffline,
  withoutBans,
  withoutHalt,
  withoutPins,
  withPin,
  withProperty,
} from "./cib-edit.ts";
import { declaredFailure } from "./declared-failure.ts";
import { EngineError } from "./errors.ts";
import { type Execute, executeOk } from "./execute.ts";
import { renderXml, type XmlElement } from "./xml.ts";

/** On a calm pair the engine answers within a second. */
const clearLimitMs = 5_000;

/** All reject with `EngineError` while the engine is away, or when it refuses. Ids are those of the CIB. */
export interface EngineOrders {
  /** Draws a group to a node until the pin is taken away or its time is over. */
  pin(pin: Pin): Promise<void>;
  /** Takes away the pins of the agent of this node: of one group, or (null) all. */
  unpin(by: string, group: string | null): Promise<void>;
  setOffline(id: string, isOffline: boolean): Promise<void>;
  /** Takes back the orders to be offline of a group and of all its members. */
  setGroupOnline(group: string): Promise<void>;
  /** Brings some members of a group online and leaves the others offline. */
  setMembersOnline(group: string, online: readonly string[]): Promise<void>;
  /** Tells the engine that a resource has failed; it then acts, and counts, as if a check had found it so. */
  fail(id: string, node: string): Promise<void>;
  /** Forgets the failures of a group or resource, and lifts a group's limit; null = of all, and the fencing that has failed. */
  clear(id: string | null): Promise<void>;
  /** Forgets the failures of a resource on one node, so that it may run there again. */
  clearOn(id: string, node: string): Promise<void>;
  /** The node's groups move away, and none comes. */
  drain(node: string): Promise<void>;
  /** The node keeps its groups; those in `away` do not come to it. */
  keep(node: string, away: readonly string[]): Promise<void>;
  /** Keeps more groups from a node that is paused with `keep`; true if there was something to do. */
  keepAway(node: string, away: readonly string[]): Promise<boolean>;
  resume(node: string): Promise<void>;
  setMaintenance(isOn: boolean): Promise<void>;
  /**
   * True once after the pair has come up with no node left over from before. The note of it lives in the engine's own
   * memory, which a node loses when it leaves.
   */
  hasFormedAnew(): Promise<boolean>;
  /** Takes a node that is down out of the engine's memory. */
  forgetNode(node: string): Promise<void>;
}

export interface OrderTools {
  run: Execute;
  /** The live CIB. */
  cib(): Promise<XmlElement>;
  edit(change: (cib: XmlElement) => XmlElement): Promise<void>;
}

const standby = "standby";

export function createOrders(tools: OrderTools): EngineOrders {
  const { run, edit } = tools;
  return {
    pin: (pin) => edit((cib) => withPin(cib, pin)),
    unpin: (by, group) => edit((cib) => withoutPins(cib, by, group)),
    setOffline: (id, isOffline) => edit((cib) => withOffline(cib, id, isOffline)),
    setGroupOnline: (group) =>
      edit((cib) =>
        [group, ...memberIds(cib, group)].reduce((changed, id) => withOffline(changed, id, false), cib),
      ),
    setMembersOnline: (group, online) => edit((cib) => withMembersOnline(cib, group, online)),
    fail: (id, node) => declareFailed(tools, id, node),
    async clear(id) {
      await edit((cib) => withoutHalt(cib, id));
      await clear(run, id);
    },
    async clearOn(id, node) {
      // Without --force it would be the whole group of the resource.
      const command = ["crm_resource", "--cleanup", "--resource", id, "--node", node, "--force"] as const;
      await executeOk(run, command, { timeoutMs: clearLimitMs });
    },
    drain: (node) => edit((cib) => withNodeAttribute(cib, node, { name: standby, value: "on" })),
    keep: (node, away) => edit((cib) => withKeep(cib, node, away)),
    keepAway: (node, away) => keepAway(edit, node, away),
    resume: (node) => edit((cib) => withResumed(cib, node)),
    setMaintenance: (isOn) => edit((cib) => withProperty(cib, "maintenance-mode", isOn ? "true" : null)),
    hasFormedAnew: () => hasFormedAnew(run),
    async forgetNode(node) {
      await executeOk(run, ["crm_node", "--force", "--remove", node]);
    },
  };
}

/** While the group as a whole is ordered offline, that order becomes one of each other member. */
function withMembersOnline(cib: XmlElement, group: string, online: readonly string[]): XmlElement {
  const members = memberIds(cib, group);
  const free = isOrderedOffline(cib, group)
    ? members.reduce((changed, id) => withOffline(changed, id, true), withOffline(cib, group, false))
    : cib;
  return online.reduce((changed, id) => withOffline(changed, id, false), free);
}

async function hasFormedAnew(run: Execute): Promise<boolean> {
  const name = ["--name", "bulkhead-formed"] as const;
  // Without the attribute the query fails, as it does while the engine is away: then setting it fails too.
  const { stdout } = await run("attrd_updater", ["--query", ...name, "--all"]);
  if (stdout.includes('value="1"')) return false;
  await executeOk(run, ["attrd_updater", ...name, "--update", "1"]);
  return true;
}

async function declareFailed({ run, cib }: OrderTools, id: string, node: string): Promise<void> {
  const state = declaredFailure(await cib(), { resource: id, node, nowMs: Date.now() });
  // Without a check of its own there is nothing to imitate: then the engine's tool, which counts twice.
  if (state === null) await executeOk(run, ["crm_resource", "--fail", "--resource", id, "--node", node]);
  else
    await executeOk(run, ["cibadmin", "--modify", "--allow-create", "--scope", "status", "--xml-pipe"], {
      stdin: renderXml(state),
    });
}

/**
 * The tool waits until nothing of the resources goes on any more, for example a start that hangs. By then the engine has long been
 * told; whoever asked sees in the status when the failures are forgotten.
 */
async function clear(run: Execute, id: string | null): Promise<void> {
  const command = ["crm_resource", "--cleanup", ...(id === null ? [] : ["--resource", id])] as const;
  await executeOk(run, command, { timeoutMs: clearLimitMs }).catch((error: unknown) => {
    if (!(error instanceof EngineError && error.code === null)) throw error;
  });
  if (id === null) await executeOk(run, ["stonith_admin", "--cleanup", "--history", "*"]);
}

function withKeep(cib: XmlElement, node: string, away: readonly string[]): XmlElement {
  const marked = withNodeAttribute(cib, node, { name: pauseAttribute, value: "keep" });
  return withBans(withNodeAttribute(marked, node, { name: standby, value: null }), node, away);
}

async function keepAway(edit: OrderTools["edit"], node: string, away: readonly string[]): Promise<boolean> {
  let isChanged = false;
  await edit((cib) => {
    const missing = away.filter((group) => !bannedGroups(cib, node).includes(group));
    isChanged = missing.length > 0 && hasNodeAttribute(cib, node, { name: pauseAttribute, value: "keep" });
    return isChanged ? withBans(cib, node, missing) : cib;
  });
  return isChanged;
}

function withResumed(cib: XmlElement, node: string): XmlElement {
  const active = withNodeAttribute(cib, node, { name: standby, value: null });
  return withoutBans(withNodeAttribute(active, node, { name: pauseAttribute, value: null }), node);
}
