import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { nodeSpecs } from "./topology.ts";

it("names exactly the lab's managed nodes, with their addresses", () => {
  const text = readFileSync(new URL("../fleet.yaml", import.meta.url), "utf8");
  const named = [...text.matchAll(/\b(web|db|witness)-\d\b/g)].map(([name]) => name);
  const managed = nodeSpecs.filter((spec) => spec.managed).map((spec) => spec.name);
  expect([...new Set(named)].sort()).toEqual([...managed].sort());
  for (const spec of nodeSpecs.filter(({ kind }) => kind === "web")) {
    expect(text).toContain(
      `${spec.name}: { id: ${spec.name.slice(-1)}, interface: eth0, dedicatedIp: ${spec.serviceAddresses[0]}/24 }`,
    );
  }
});
