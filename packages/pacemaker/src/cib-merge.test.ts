/** Writing ours into a live CIB leaves the rest alone; changes by hand are seen. */
import { compileCib } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { inspectCib, isSameConfigurationEpoch } from "./cib-inspect.ts";
import { mergeCib, sectionItems } from "./cib-merge.ts";
import { newCib } from "./cib-xml.ts";
import { pairPolicy, policyWith } from "./testing/policy.ts";
import { element, parseXml, renderXml, type XmlElement } from "./xml.ts";

const model = compileCib(pairPolicy);
const withoutGroup = compileCib({ ...pairPolicy, groups: [] });
const engineOptions = `<cluster_property_set id="cib-bootstrap-options"><nvpair id="o" name="dc-version" value="2.1.5"/></cluster_property_set>`;
const foreign = `<primitive id="theirs" class="ocf" provider="heartbeat" type="Dummy"/>`;
const live = parseXml(
  `<cib admin_epoch="0" epoch="7" num_updates="3"><configuration><crm_config>${engineOptions}</crm_config>` +
    `<nodes><node id="1" uname="db-1"/></nodes><resources>${foreign}</resources><constraints/></configuration>` +
    `<status><node_state id="1"/></status></cib>`,
  "cib",
);
const ids = (cib: XmlElement, section: string) =>
  sectionItems(cib, section).map((item) => item.attributes["id"]);

it("adds ours and keeps nodes, state, the engine's options and foreign resources", () => {
  const merged = mergeCib(live, model);
  expect(ids(merged, "resources")).toEqual(["fence-db-1", "fence-db-2", "sql", "theirs"]);
  expect(ids(merged, "crm_config")).toEqual(["bulkhead-options", "cib-bootstrap-options"]);
  expect(ids(merged, "nodes")).toEqual(["1"]);
  expect(ids(merged, "alerts")).toEqual(["bulkhead-alerts"]);
  expect(merged.attributes).toEqual(live.attributes);
  expect(renderXml(merged)).toContain("node_state");
});

it("is idempotent", () => {
  const once = mergeCib(live, model);
  expect(mergeCib(once, model)).toEqual(once);
});

it("removes what the policy no longer has, with every constraint on it, and nothing else", () => {
  const merged = mergeCib(live, model);
  const cliPrefer = element("rsc_location", {
    id: "cli-prefer-sql",
    rsc: "sql",
    node: "db-2",
    score: "INFINITY",
  });
  sectionItems(merged, "constraints").push(cliPrefer);
  const without = mergeCib(merged, withoutGroup);
  expect(ids(without, "resources")).toEqual(["fence-db-1", "fence-db-2", "theirs"]);
  expect(renderXml(without)).not.toContain("sql");
});

it("knows its own policy, another one, and a change by hand", () => {
  const merged = mergeCib(live, model);
  expect(inspectCib(merged, model)).toEqual({
    epoch: "0.7.3",
    isSamePolicy: true,
    drift: [],
    differences: [],
    foreign: ["primitive theirs"],
  });
  expect(inspectCib(merged, compileCib(policyWith({ preferredOwners: [] }))).isSamePolicy).toBe(false);
  expect(inspectCib(live, model)).toMatchObject({ isSamePolicy: false, drift: [] });
  const changed = parseXml(renderXml(merged).replace(`value="10.77.0.50"`, `value="10.77.0.51"`), "cib");
  expect(inspectCib(changed, model)).toMatchObject({
    drift: ["group sql was changed"],
    differences: [
      { object: "primitive sql.ip: ip (sql.ip-params-ip)", wanted: "10.77.0.50", found: "10.77.0.51" },
    ],
  });
  const removed = parseXml(renderXml(merged).replace(/<rsc_location id="sql-prefers-db-2"[^>]*>/, ""), "cib");
  expect(inspectCib(removed, model)).toMatchObject({
    drift: ["rsc_location sql-prefers-db-2 is missing"],
    differences: [
      { object: "rsc_location sql-prefers-db-2", wanted: "node=db-2 rsc=sql score=50", found: null },
    ],
  });
});

it("finds no drift in a CIB that came back with attributes in another order", () => {
  const turned = (item: XmlElement): XmlElement =>
    element(
      item.name,
      Object.fromEntries(Object.entries(item.attributes).reverse()),
      item.children.map(turned),
    );
  expect(inspectCib(turned(parseXml(newCib(model), "cib")), model).drift).toEqual([]);
});

it("compares configurations, not state", () => {
  expect(isSameConfigurationEpoch("0.7.3", "0.7.99")).toBe(true);
  expect(isSameConfigurationEpoch("0.7.3", "0.8.0")).toBe(false);
});
