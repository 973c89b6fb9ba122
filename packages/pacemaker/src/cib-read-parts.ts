/** Reader of resources: primitives with their operations, groups with their failback window. */
import type { CibGroup, CibOperation, CibPrimitive } from "@bulkhead/core/mscs";
import { withoutRunTime } from "./cib-run-time.ts";
import { child, childrenNamed, type XmlElement } from "./xml.ts";

/** Something that the model has no place for. */
export interface Unread {
  /** For example `clone dlm-clone`. */
  object: string;
  /** A clause. */
  why: string;
}

/** Names and values of a set; references to other sets are not followed. */
export function readSet(set: XmlElement): Record<string, string> {
  const pairs = childrenNamed(set, "nvpair").map(({ attributes }) => [
    attributes["name"] ?? "",
    attributes["value"] ?? "",
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

export function readPrimitive(item: XmlElement): CibPrimitive {
  const { id = "", class: agentClass = "", provider, type = "" } = item.attributes;
  return {
    id,
    agent: { class: agentClass as CibPrimitive["agent"]["class"], provider: provider ?? null, type },
    attributes: setsOf(item, "instance_attributes"),
    meta: setsOf(withoutRunTime(item), "meta_attributes"),
    operations: childrenNamed(child(item, "operations"), "op").flatMap(readOperation),
  };
}

export function readGroup(item: XmlElement): CibGroup {
  const members = childrenNamed(item, "primitive").map(readPrimitive);
  const isOffline = childrenNamed(item, "meta_attributes").some(
    (set) => readSet(set)["target-role"] === "Stopped",
  );
  const meta = setsOf(withoutRunTime(item), "meta_attributes");
  return {
    id: item.attributes["id"] ?? "",
    meta,
    failbackHours: childrenNamed(item, "meta_attributes").flatMap(windowHours),
    // Priority 0 is our mark of groups that do not start by themselves.
    startsOffline: isOffline && meta["priority"] === "0",
    members,
  };
}

/** What is in a resource and not in its model: other kinds, rules, templates, operations of other sorts. */
export function unreadIn(item: XmlElement): Unread[] {
  const object = `${item.name} ${item.attributes["id"] ?? ""}`;
  if (item.name === "group")
    return [...setProblems(item), ...childrenNamed(item, "primitive").flatMap(unreadIn)];
  if (item.name !== "primitive") return [{ object, why: `Bulkhead has no ${kindText(item.name)}` }];
  if (item.attributes["template"] !== undefined) return [{ object, why: "it is made from a template" }];
  return [...setProblems(item), ...operationProblems(item)];
}

/** Milliseconds of Pacemaker's spelling of a time: "5", "5s", "2min", "100ms". Null = none of these. */
export function timeMs(text: string): number | null {
  const parts = /^\s*(\d+)\s*([a-z]*)\s*$/i.exec(text);
  const factors: Record<string, number> = {
    ms: 1,
    msec: 1,
    "": 1000,
    s: 1000,
    sec: 1000,
    m: 60_000,
    min: 60_000,
    h: 3_600_000,
    hr: 3_600_000,
  };
  const factor = factors[parts?.[2]?.toLowerCase() ?? "none"];
  return parts === null || factor === undefined ? null : Number(parts[1]) * factor;
}

function setsOf(item: XmlElement, kind: string): Record<string, string> {
  const plain = childrenNamed(item, kind).filter((set) => childrenNamed(set, "rule").length === 0);
  return Object.assign({}, ...plain.map(readSet)) as Record<string, string>;
}

function readOperation(op: XmlElement): CibOperation[] {
  const { name = "", interval = "0", timeout, "on-fail": onFail, "start-delay": delay } = op.attributes;
  if (name !== "start" && name !== "stop" && name !== "monitor" && name !== "asyncmon") return [];
  const level = childrenNamed(op, "instance_attributes").map(readSet)[0]?.["OCF_CHECK_LEVEL"];
  const seconds = (text: string) => Math.ceil((timeMs(text) ?? 0) / 1000);
  return [
    {
      name,
      intervalS: seconds(interval),
      // 20 s is Pacemaker's own limit where none is given.
      timeoutS: timeout === undefined ? 20 : seconds(timeout),
      ...(level === undefined ? {} : { checkLevel: Number(level) }),
      ...(onFail === "block" ? { onFail } : {}),
      ...(delay === undefined ? {} : { startDelayMs: timeMs(delay) ?? 0 }),
    },
  ];
}

/** The hours of a set that lifts the stickiness; empty if the set says anything else. */
function windowHours(set: XmlElement): string[] {
  const rules = childrenNamed(set, "rule");
  const values = readSet(set);
  const isLift =
    rules.length === 1 && Object.keys(values).length === 1 && values["resource-stickiness"] === "0";
  if (!isLift) return [];
  const specs = childrenNamed(rules[0], "date_expression").map((expression) =>
    child(expression, "date_spec"),
  );
  const hours = specs.flatMap((spec) => spec?.attributes["hours"] ?? []);
  return hours.length === (rules[0]?.children.length ?? 0) ? hours : [];
}

function setProblems(item: XmlElement): Unread[] {
  const object = `${item.name} ${item.attributes["id"] ?? ""}`;
  return item.children.flatMap((set) => {
    const hasRule = childrenNamed(set, "rule").length > 0;
    if (hasRule && windowHours(set).length === 0)
      return [{ object, why: `its set ${set.attributes["id"] ?? ""} has a rule` }];
    return set.attributes["id-ref"] === undefined
      ? []
      : [{ object, why: "it borrows a set of another resource" }];
  });
}

/** What the engine does on a failure when nothing is said; fencing after a failed stop needs fencing, and is said by it. */
const usualOnFail: Readonly<Record<string, string>> = {
  start: "restart",
  monitor: "restart",
  asyncmon: "restart",
  stop: "fence",
};

function operationProblems(item: XmlElement): Unread[] {
  const object = `${item.name} ${item.attributes["id"] ?? ""}`;
  return childrenNamed(child(item, "operations"), "op").flatMap((op) => {
    const { name = "", "on-fail": onFail, role, enabled } = op.attributes;
    const usual = usualOnFail[name];
    const isKnown = usual !== undefined && [undefined, usual, "block"].includes(onFail);
    return isKnown && role === undefined && enabled === undefined
      ? []
      : [
          {
            object,
            why: `its operation ${op.attributes["id"] ?? name} has options that Bulkhead does not write`,
          },
        ];
  });
}

function kindText(name: string): string {
  return (
    { clone: "clones", master: "clones", bundle: "bundles", template: "templates" }[name] ??
    `notion of ${name}`
  );
}
