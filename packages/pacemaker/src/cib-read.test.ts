/** There and back: policy, model, XML, model, policy. And what somebody else's configuration holds besides. */
import { readFile } from "node:fs/promises";
import { compileCib, decompile, type MscsPolicy } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { readCib } from "./cib-read.ts";
import { newCib } from "./cib-xml.ts";
import { makeCase } from "./testing/cases.ts";
import { everyType } from "./testing/every-type.ts";
import { parseXml } from "./xml.ts";

const nodes = ["db-1", "db-2"];
const read = (text: string) => readCib(parseXml(text, "cib"));
const groupsOf = (policy: MscsPolicy) => decompile(compileCib(policy), { nodes, engine: policy.engine });
const generated = Array.from({ length: 200 }, (_, seed) => makeCase(seed + 1).policy);
const policies = [everyType, ...generated, ...generated.map(adopted)];

/** In an adopted pair the names of resources are ids, and so unlike each other in all groups. */
function adopted(policy: MscsPolicy): MscsPolicy {
  const groups = policy.groups.map((group) => ({
    ...group,
    resources: group.resources.map((item) => ({
      ...item,
      name: `${group.name}-${item.name}`,
      dependsOn: item.dependsOn.map((name) => `${group.name}-${name}`),
    })),
  }));
  return { ...policy, engine: "adopted", groups };
}

it("reads every compiled model back from its XML, with nothing left over", () => {
  for (const policy of policies) {
    const model = compileCib(policy);
    expect(read(newCib(model))).toEqual({ model, loose: [], unread: [] });
  }
});

it("turns a model into groups that compile to the same model", () => {
  for (const policy of policies) {
    const { groups, failed } = groupsOf(policy);
    expect(failed).toEqual([]);
    expect(compileCib({ ...policy, groups })).toEqual(compileCib(policy));
  }
});

it("gives groups that it has made back as they are", () => {
  for (const policy of policies) {
    const once = groupsOf(policy).groups;
    expect(groupsOf({ ...policy, groups: once }).groups).toEqual(once);
  }
});

it("knows every resource type and property again", () => {
  const [sql, files, queue, tools] = groupsOf(everyType).groups;
  const wanted = everyType.groups;
  // A line stands for the tree that it serves as well; the CIB has the owners once for the group.
  expect(sql?.resources.map((item) => item.dependsOn)).toEqual([[], ["disk"], ["ip"]]);
  const sorted = (group: MscsPolicy["groups"][number] | undefined) =>
    group?.resources.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect(sorted(files)).toEqual(sorted(wanted[1]));
  expect(queue).toEqual({ ...wanted[2], antiAffinity: ["apart-1"] });
  const unit = tools?.resources[0];
  expect(unit).toMatchObject({ type: "genericService", unit: "nginx" });
  expect(tools?.resources.slice(1)).toEqual(wanted[3]?.resources.slice(1));
});

it("lists what it has no place for in somebody else's configuration", async () => {
  const { model, loose, unread } = read(
    await readFile(new URL("testdata/foreign.cib.xml", import.meta.url), "utf8"),
  );
  expect(model.groups.map((group) => group.id)).toEqual(["grp_web"]);
  expect(model.fencing.map((item) => item.id)).toEqual(["st-alpha", "st-beta"]);
  expect(loose.map((item) => item.id)).toEqual(["ping"]);
  expect(unread.map((item) => item.object)).toEqual([
    "clone dlm-clone",
    "rsc_location loc-ping",
    "rsc_ticket web-ticket",
  ]);
});
