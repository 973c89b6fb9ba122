/** What the view needs of a live CIB and crm_mon does not say. */
import { canonicalAddress } from "@bulkhead/core/fleet";
import { movePrefix } from "./cib-edit.ts";
import { epochOf } from "./cib-inspect.ts";
import { child, childrenNamed, type XmlElement } from "./xml.ts";

/** Meta attribute of a group that its failover limit holds offline; its value is when, in epoch seconds. */
export const haltedMeta = "bulkhead-halted";

export interface CibFacts {
  /** `admin_epoch.epoch.num_updates`; null = the CIB was not read. */
  epoch: string | null;
  /** Groups with the mark of the failover limit. */
  halted: string[];
  /** Groups that an order under way holds or draws to a node. */
  pinned: string[];
  /** Fence device -> the node that it switches off, where it is for one node alone. */
  fenceTargets: Record<string, string>;
  /** Addresses that resources of any kind let move between the nodes, canonical. */
  floating: string[];
}

export function readCibFacts(cib: XmlElement): CibFacts {
  const resources = child(child(cib, "configuration"), "resources");
  return {
    epoch: epochOf(cib),
    halted: childrenNamed(resources, "group")
      .filter((group) => valueOf(group, "meta_attributes", haltedMeta) !== null)
      .map((group) => group.attributes["id"] ?? ""),
    pinned: childrenNamed(child(child(cib, "configuration"), "constraints"), "rsc_location")
      .filter(({ attributes }) => attributes["id"]?.startsWith(movePrefix) === true)
      .map(({ attributes }) => attributes["rsc"] ?? ""),
    fenceTargets: Object.fromEntries(childrenNamed(resources, "primitive").flatMap(fenceTarget)),
    floating: everyPrimitive(resources).flatMap(floatingAddress),
  };
}

/** `ip` of IPaddr2, IPaddr and our own agent, `ipv6addr` of IPv6addr. A fence device's `ip` is of a machine. */
function floatingAddress(primitive: XmlElement): string[] {
  if (primitive.attributes["class"] === "stonith") return [];
  return ["ip", "ipv6addr"].flatMap((name) => {
    const value = valueOf(primitive, "instance_attributes", name)?.split("/")[0] ?? "";
    return canonicalAddress(value) ?? [];
  });
}

/** Also those in groups, clones and bundles. */
function everyPrimitive(owner: XmlElement | undefined): XmlElement[] {
  return (owner?.children ?? []).flatMap((item) =>
    item.name === "primitive" ? [item] : everyPrimitive(item),
  );
}

function fenceTarget(primitive: XmlElement): [string, string][] {
  if (primitive.attributes["class"] !== "stonith") return [];
  const hosts = valueOf(primitive, "instance_attributes", "pcmk_host_list")?.split(/[\s,]+/) ?? [];
  return hosts.length === 1 ? [[primitive.attributes["id"] ?? "", hosts[0] ?? ""]] : [];
}

/** The value of a name in any attribute set of that kind. */
function valueOf(owner: XmlElement, kind: string, name: string): string | null {
  const pairs = childrenNamed(owner, kind).flatMap((set) => childrenNamed(set, "nvpair"));
  return pairs.find((pair) => pair.attributes["name"] === name)?.attributes["value"] ?? null;
}
