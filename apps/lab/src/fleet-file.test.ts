import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type FleetParts, fleetText } from "./fleet-text.ts";
import { diskDevice, diskSpecs, network, nodeSpecs } from "./topology.ts";

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const parts: FleetParts = {
  file: read("fleet.yaml"),
  secondPair: read("fleet-pair-2.yaml"),
  hasBackTier: true,
  hasSecondPair: false,
  hasBroker: true,
  tokenMs: null,
  postgresPrograms: "/usr/lib/postgresql/15/bin",
};
const named = (text: string) =>
  [...new Set([...text.matchAll(/\b(web|db|witness)-\d\b/g)].map(([name]) => name))].sort();

it.each(["one", "two"] as const)("names exactly the managed nodes of a lab with %s", (pairs) => {
  const managed = nodeSpecs(pairs).filter((spec) => spec.managed);
  const text = fleetText({ ...parts, hasSecondPair: pairs === "two" });
  expect(named(text)).toEqual(managed.map(({ name }) => name).sort());
});

it("gives the web hosts the addresses of the map", () => {
  for (const spec of nodeSpecs().filter(({ kind }) => kind === "web")) {
    expect(parts.file).toContain(
      `${spec.name}: { id: ${spec.name.slice(-1)}, interface: eth0, dedicatedIp: ${spec.serviceAddresses[0]}/24 }`,
    );
  }
});

it("puts every disk that the groups name on the map, and the other way round", () => {
  const text = fleetText({ ...parts, hasSecondPair: true });
  const devices = [...text.matchAll(/device: ([^,]+),/g)].map(([, device]) => device);
  expect(devices.sort()).toEqual(diskSpecs.map(diskDevice).sort());
  for (const address of [network.groupAddress, network.queueAddress, network.secondGroupAddress])
    expect(text).toContain(`${address}/24`);
});

it("gives every pair the token that was asked for", () => {
  const text = fleetText({ ...parts, hasSecondPair: true, tokenMs: 3000 });
  expect(text.match(/^ {4}tokenMs: 3000$/gm)).toHaveLength(2);
  expect(fleetText(parts)).not.toContain("tokenMs");
});

it("leaves out what this machine cannot run", () => {
  const front = fleetText({ ...parts, hasBackTier: false });
  expect(front).toContain("wlbs:");
  expect(front).not.toContain("mscs:");
  const without = fleetText({ ...parts, hasBroker: false });
  expect(without).not.toContain("queue");
  expect(without).toContain("sql:");
  expect(fleetText(parts)).toContain("type: postgresql, binDir: /usr/lib/postgresql/15/bin, dataDir");
});
