/** What a plan changes on a pair, in sentences for the person who applies it. */
import { isSameJson } from "../fleet/index.ts";
import {
  type MscsGroup,
  type MscsPolicy,
  type MscsResource,
  resourceTitles,
  resourceType,
} from "../mscs/index.ts";

/** One sentence per difference, the pair first, then group by group. Empty if there is none. */
export function mscsChanges(before: MscsPolicy, after: MscsPolicy): string[] {
  return [
    ...pairChanges(before, after),
    ...networkChanges(before, after),
    ...fencingChanges(before.fencing, after.fencing),
    ...listed(before.groups, after.groups, {
      added: (group) => `group ${group.name} is added with ${resourceList(group)}`,
      removed: (group) => `group ${group.name} is removed: ${resourceList(group)} stop`,
      changed: groupChanges,
    }),
  ];
}

function pairChanges(before: MscsPolicy, after: MscsPolicy): string[] {
  return [
    ...turned("token", `${before.tokenMs} ms`, `${after.tokenMs} ms`),
    ...(before.engine === after.engine
      ? []
      : [
          after.engine === "made"
            ? "the engine is set up by Bulkhead from now"
            : "the engine is left to those who set it up",
        ]),
    ...witnessChanges(before.witness, after.witness),
    ...after.nodes.flatMap((node) => {
      const old = before.nodes.find((other) => other.node === node.node);
      if (old === undefined) return [`node ${node.node} comes into the pair`];
      return [
        ...turned(`heartbeat address of ${node.node}`, old.address, node.address),
        ...turned(`second heartbeat address of ${node.node}`, old.secondAddress, node.secondAddress),
      ];
    }),
    ...before.nodes
      .filter((old) => !after.nodes.some(({ node }) => node === old.node))
      .map(({ node }) => `node ${node} leaves the pair`),
  ];
}

function witnessChanges(before: MscsPolicy["witness"], after: MscsPolicy["witness"]): string[] {
  if (after === null)
    return before === null ? [] : [`witness ${before.node} is given up: the pair is not protected`];
  if (before === null) return [`witness ${after.node} is added`];
  return [
    ...turned("witness", before.node, after.node),
    ...turned(`address of the witness`, before.address, after.address),
  ];
}

function networkChanges(before: MscsPolicy, after: MscsPolicy): string[] {
  const text = ({ subnet, role, link }: MscsPolicy["networks"][number]) =>
    `${subnet}, ${role}, ${link === null ? "no heartbeats" : `link ${link}`}`;
  return listed(before.networks, after.networks, {
    added: (network) => `network ${network.name} is added (${text(network)})`,
    removed: (network) => `network ${network.name} is removed`,
    changed: (old, network) => turned(`network ${network.name}`, text(old), text(network)),
  });
}

function fencingChanges(before: MscsPolicy["fencing"], after: MscsPolicy["fencing"]): string[] {
  if (after === null) return before === null ? [] : ["fencing is given up: the pair is not protected"];
  if (before === null) return [`fencing by ${after.agent} is added`];
  const parameters = (fencing: NonNullable<MscsPolicy["fencing"]>) =>
    new Map<string, string>([
      ...Object.entries(fencing.parameters),
      ...Object.entries(fencing.nodes).flatMap(([node, own]) =>
        Object.entries(own).map(([name, value]): [string, string] => [`${name} for ${node}`, value]),
      ),
    ]);
  const [old, present] = [parameters(before), parameters(after)];
  return [
    ...turned("fence agent", before.agent, after.agent),
    ...[...new Set([...old.keys(), ...present.keys()])].flatMap((name) =>
      turned(`fencing ${name}`, old.get(name) ?? null, present.get(name) ?? null),
    ),
  ];
}

function groupChanges(before: MscsGroup, after: MscsGroup): string[] {
  const of = (what: string) => `group ${after.name}: ${what}`;
  return [
    ...turned(of("preferred owners"), before.preferredOwners, after.preferredOwners),
    ...turned(of("failback"), failbackText(before), failbackText(after)),
    ...turned(of("failover limit"), limitText(before), limitText(after)),
    ...turned(of("priority"), before.priority, after.priority),
    ...turned(of("keeps apart by"), before.antiAffinity, after.antiAffinity),
    ...turned(of("remembers an order to be offline"), before.persistentState, after.persistentState),
    ...listed(before.resources, after.resources, {
      added: (resource) => of(`${resourceTitles[resource.type]} ${resource.name} is added`),
      removed: (resource) => of(`${resourceTitles[resource.type]} ${resource.name} is removed and stops`),
      changed: (old, resource) => resourceChanges(of, old, resource),
    }),
    ...orderChange(of, before, after),
  ];
}

function orderChange(of: (what: string) => string, before: MscsGroup, after: MscsGroup): string[] {
  const names = (group: MscsGroup) => group.resources.map(({ name }) => name);
  const isSameSet = isSameJson(names(before).sort(), names(after).sort());
  return isSameSet ? turned(of("start order"), names(before), names(after)) : [];
}

function resourceChanges(of: (what: string) => string, before: MscsResource, after: MscsResource): string[] {
  const { name, type } = after;
  if (before.type !== type)
    return [of(`${name} becomes a ${resourceTitles[type]}; it was a ${resourceTitles[before.type]}`)];
  const [old, present] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const fields = resourceType(type).fields.map((field) => ({ field: field.name, title: field.title }));
  const prefix = type === "ipAddress" ? [{ field: "prefixLength", title: "Prefix length" }] : [];
  return [...fields, ...prefix, ...commonFields].flatMap(({ field, title }) =>
    turned(of(`${title.toLowerCase()} of ${name}`), old.get(field), present.get(field)),
  );
}

const commonFields: readonly { field: string; title: string }[] = [
  { field: "dependsOn", title: "dependencies" },
  { field: "possibleOwners", title: "possible owners" },
  { field: "restart", title: "restart" },
  { field: "pendingTimeoutS", title: "pending timeout, s" },
  { field: "looksAliveS", title: "interval of the cheap check, s" },
  { field: "isAliveS", title: "interval of the thorough check, s" },
  { field: "retryAfterS", title: "retry after, s" },
];

function failbackText({ failback }: MscsGroup): string {
  if (!failback.allow) return "prevented";
  const { windowHours } = failback;
  return windowHours === null ? "at once" : `between ${windowHours[0]} and ${windowHours[1]} h`;
}

function limitText({ failover }: MscsGroup): string {
  return `${failover.threshold} in ${failover.periodHours} h`;
}

function resourceList({ resources }: MscsGroup): string {
  return resources.length === 0 ? "no resources" : resources.map(({ name }) => name).join(", ");
}

/** Goes through two lists by name: what came, what went, and what is another than before. */
function listed<T extends { name: string }>(
  before: readonly T[],
  after: readonly T[],
  say: { added: (item: T) => string; removed: (item: T) => string; changed: (old: T, item: T) => string[] },
): string[] {
  const old = new Map(before.map((item) => [item.name, item]));
  const present = new Set(after.map(({ name }) => name));
  return [
    ...after.flatMap((item) => {
      const was = old.get(item.name);
      return was === undefined ? [say.added(item)] : say.changed(was, item);
    }),
    ...before.filter(({ name }) => !present.has(name)).map(say.removed),
  ];
}

/** Nothing if both say the same. */
function turned(what: string, before: unknown, after: unknown): string[] {
  const [old, present] = [valueText(before), valueText(after)];
  return old === present ? [] : [`${what}: ${old} becomes ${present}`];
}

function valueText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (typeof value !== "object") return JSON.stringify(value);
  // What comes out of the database has its members in another order than the file.
  const pairs = Object.entries(value)
    .map(([name, part]) => `${name} ${String(part)}`)
    .sort();
  return pairs.length === 0 ? "none" : pairs.join(", ");
}
