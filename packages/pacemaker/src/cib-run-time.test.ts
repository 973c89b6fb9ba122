/** What commands have ordered outlives the next policy, and is not taken for a change by hand. */
import { compileCib, sampleGroup, samplePair } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { inspectCib } from "./cib-inspect.ts";
import { mergeCib, sectionItems } from "./cib-merge.ts";
import { newCib } from "./cib-xml.ts";
import { element, parseXml, renderXml, type XmlElement } from "./xml.ts";

const model = compileCib(samplePair());
const changed = compileCib(samplePair({ groups: [sampleGroup({ priority: "high" })] }));
const offline = (id: string) =>
  element("meta_attributes", { id: `${id}-meta_attributes` }, [
    element("nvpair", { id: `${id}-r`, name: "target-role", value: "Stopped" }),
  ]);
const fresh = (from = model) => parseXml(newCib(from), "cib");

/** As crm_resource does it: a set of its own behind what is there, in the group and in a member. */
function ordered(cib: XmlElement): XmlElement {
  const group = sectionItems(cib, "resources").find((item) => item.name === "group");
  const member = group?.children.find((item) => item.name === "primitive");
  group?.children.push(offline("sql"));
  member?.children.push(offline("sql.disk"));
  return cib;
}
const orders = (cib: XmlElement) => renderXml(cib).match(/name="target-role" value="Stopped"/g)?.length ?? 0;

it("is no drift, wherever a tool has put it", () => {
  expect(inspectCib(ordered(fresh()), model).drift).toEqual([]);
  const inOurSet = renderXml(fresh()).replace(
    `<meta_attributes id="sql-meta">`,
    `<meta_attributes id="sql-meta"><nvpair id="x" name="target-role" value="Stopped"/>`,
  );
  expect(inspectCib(parseXml(inOurSet, "cib"), model).drift).toEqual([]);
});

it("stays when a changed policy is written, once", () => {
  const merged = mergeCib(ordered(fresh()), changed);
  expect(orders(merged)).toBe(2);
  expect(orders(mergeCib(merged, changed))).toBe(2);
  expect(inspectCib(merged, changed)).toMatchObject({ isSamePolicy: true, drift: [] });
});

it("goes with the resource that it was for", () => {
  expect(orders(mergeCib(ordered(fresh()), compileCib(samplePair({ groups: [] }))))).toBe(0);
});

it("begins offline when a group without automatic start is new, and never afterwards", () => {
  const quiet = compileCib(samplePair({ groups: [sampleGroup({ priority: "noAutoStart" })] }));
  expect(orders(fresh(quiet))).toBe(1);
  expect(orders(mergeCib(fresh(compileCib(samplePair({ groups: [] }))), quiet))).toBe(1);
  expect(orders(mergeCib(fresh(), quiet))).toBe(0);
});

it("counts constraints of commands neither as foreign nor as gone", () => {
  const pause = element("rsc_location", {
    id: "bulkhead-run-pause-db-2",
    rsc: "sql",
    node: "db-2",
    score: "-1",
  });
  const cib = fresh();
  sectionItems(cib, "constraints").push(pause);
  const merged = mergeCib(cib, changed);
  expect(renderXml(merged)).toContain("bulkhead-run-pause-db-2");
  expect(inspectCib(merged, changed).foreign).toEqual([]);
});

it("removes constraints on a member that goes", () => {
  const cib = fresh();
  const banned = element("rsc_location", { id: "cli-ban", rsc: "sql.disk", node: "db-2", score: "-1" });
  sectionItems(cib, "constraints").push(banned);
  const [, ...resources] = sampleGroup().resources.map((resource) => ({ ...resource, dependsOn: [] }));
  const merged = mergeCib(cib, compileCib(samplePair({ groups: [sampleGroup({ resources })] })));
  expect(renderXml(merged)).not.toContain("sql.disk");
});

it("leaves the options and defaults of an adopted pair alone", () => {
  const theirs = `<meta_attributes id="theirs"><nvpair id="t" name="resource-stickiness" value="7"/></meta_attributes>`;
  const live = parseXml(
    `<cib epoch="1"><configuration><crm_config/><nodes/><resources/><constraints/><rsc_defaults>${theirs}</rsc_defaults></configuration><status/></cib>`,
    "cib",
  );
  const adopted = compileCib(samplePair({ engine: "adopted" }));
  const merged = mergeCib(live, adopted);
  expect(sectionItems(merged, "rsc_defaults").map(({ attributes }) => attributes["id"])).toEqual(["theirs"]);
  expect(renderXml(merged)).not.toMatch(/stonith|<alerts/);
  expect(inspectCib(merged, adopted)).toMatchObject({ isSamePolicy: true, drift: [], foreign: [] });
});
