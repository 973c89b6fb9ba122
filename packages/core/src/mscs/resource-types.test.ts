/** The registry and the union of types say the same: names and fields. */
import { expect, it } from "vitest";
import { holdsSharedDisk, resourceTitles, resourceType, resourceTypes } from "./resource-types.ts";
import { sampleCommon } from "./sample.ts";
import type { ResourceSettings, ResourceTypeName } from "./types.ts";

/** The compiler holds this against the union: every type, and each field of each. */
const fields: {
  [T in ResourceTypeName]: Record<Exclude<keyof Extract<ResourceSettings, { type: T }>, "type">, true>;
} = {
  ipAddress: { address: true, prefixLength: true, interface: true },
  networkName: { hostName: true, ip: true, update: true, server: true, keyFile: true, ttlS: true },
  filesystem: { device: true, mount: true, fs: true, options: true },
  nfsShare: { directory: true, clients: true, options: true, fsid: true },
  smbShare: { share: true, directory: true, readOnly: true },
  genericService: { unit: true },
  genericApplication: { command: true, directory: true, user: true, stopSignal: true },
  genericScript: { script: true, user: true },
  printSpooler: { spoolDirectory: true },
  timeService: { config: true },
  postgresql: { dataDir: true, binDir: true, port: true },
  messageQueue: { broker: true, dataDir: true, port: true },
  ocf: { agent: true, parameters: true, holdsSharedDisk: true },
};

it("has every type once, with its title", () => {
  expect(resourceTypes.map(({ type }) => type).sort()).toEqual(Object.keys(fields).sort());
  for (const { type, title } of resourceTypes) expect(title).toBe(resourceTitles[type]);
});

it("has every field of every type", () => {
  for (const { type, fields: described } of resourceTypes) {
    // The prefix length is written behind the address.
    const expected = Object.keys(fields[type]).filter((name) => name !== "prefixLength");
    expect(described.map(({ name }) => name).sort(), type).toEqual(expected.sort());
  }
});

it("gives choices, ranges and patterns that its own defaults keep to", () => {
  for (const field of resourceTypes.flatMap((type) => type.fields)) {
    if (field.isRequired) expect(field.fallback, field.name).toBeNull();
    if (field.kind === "choice") expect(field.choices).toContain(field.fallback);
    if (field.kind === "number" && !field.isRequired) {
      const [low, high] = field.range ?? [0, -1];
      expect(field.fallback).toBeGreaterThanOrEqual(low);
      expect(field.fallback).toBeLessThanOrEqual(high);
    }
    if (field.pattern !== undefined && typeof field.fallback === "string")
      expect(field.fallback).toMatch(new RegExp(field.pattern.source));
  }
});

it("has a thorough check wherever it has an interval for one", () => {
  for (const { defaults, isAliveLevel } of resourceTypes)
    if (defaults.isAliveS !== null) expect(isAliveLevel).not.toBeNull();
  expect(resourceType("ipAddress").isAliveLevel).toBeNull();
});

it("knows what needs fencing", () => {
  const agent = { type: "ocf" as const, agent: "ocf:heartbeat:LVM-activate", parameters: {} };
  expect(holdsSharedDisk({ ...sampleCommon("vg"), ...agent, holdsSharedDisk: true })).toBe(true);
  expect(holdsSharedDisk({ ...sampleCommon("vg"), ...agent, holdsSharedDisk: false })).toBe(false);
  const { type } = resourceType("filesystem");
  expect(resourceTypes.filter((each) => each.holdsSharedDisk).map((each) => each.type)).toEqual([type]);
});
