import { expect, it } from "vitest";
import { fromFormer, isFormer } from "../fleet/index.ts";
import { samplePolicy } from "../wlbs/index.ts";

it("reads a policy of the former form as what its hosts did", () => {
  const {
    internetName: _name,
    vips: _vips,
    partition: _partition,
    filterIcmp: _filter,
    ...rest
  } = samplePolicy();
  const former = {
    ...rest,
    vip: "192.0.2.100",
    vipPrefixLength: 24,
    mode: "multicast" as const,
    clusterMac: "03:bf:c0:00:02:64",
    hosts: rest.hosts.map(({ retainSuspended: _retain, ...host }) => ({
      ...host,
      initialState: "started" as const,
    })),
    rules: [
      {
        name: "http",
        startPort: 80,
        endPort: 80,
        protocol: "tcp" as const,
        mode: "multiple" as const,
        affinity: "none" as const,
      },
    ],
  };
  expect(isFormer(former)).toBe(true);
  expect(fromFormer(former)).toEqual(samplePolicy());
  expect(isFormer(samplePolicy())).toBe(false);
});
