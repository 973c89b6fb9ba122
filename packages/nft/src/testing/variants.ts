/** Planes of every kind, on `lo`, so that the real nft accepts their rulesets in an empty network namespace. */
import { type DataPlane, MARK } from "@bulkhead/core/wlbs";
import { planeRule, planeTable, samplePlane } from "./planes.ts";

const few = planeTable((bucket) => (bucket < 20 ? MARK.owned : bucket < 23 ? MARK.draining : MARK.foreign));
const bothFamilies = [
  { address: "10.9.0.100", prefixLength: 24 },
  { address: "fd09::100", prefixLength: 64 },
];
const rules = [
  planeRule(),
  planeRule({ name: "tls", startPort: 443, endPort: 443, affinity: "single" }),
  planeRule({ name: "games", startPort: 5000, endPort: 5999, protocol: "both", affinity: "network" }),
  planeRule({ name: "closed", startPort: 25, endPort: 25, table: null }),
];
const peers = [
  { hostId: 1, mac: "02:00:00:00:00:01" },
  { hostId: 2, mac: "02:00:00:00:00:02" },
  { hostId: 3, mac: "02:00:00:00:00:03" },
];
const direct: Partial<DataPlane> = { mode: "direct", clusterMac: null, vips: bothFamilies, peers };

export const variants: Record<string, DataPlane> = {
  "default-host": samplePlane({ interface: "lo", rules, tables: [few] }),
  "other-host-ipv6": samplePlane({
    interface: "lo",
    vips: bothFamilies,
    rules,
    tables: [few],
    unruled: "draining",
  }),
  "left-the-cluster": samplePlane({
    interface: "lo",
    tables: [planeTable(() => MARK.foreign)],
    unruled: "foreign",
    answersEcho: false,
  }),
  "one-rule-for-all": samplePlane({
    interface: "lo",
    rules: [planeRule({ name: "all", startPort: 0, endPort: 65_535, protocol: "both", affinity: "single" })],
    tables: [few],
  }),
  "no-rules": samplePlane({ interface: "lo", rules: [], tables: [] }),
  unicast: samplePlane({
    interface: "lo",
    mode: "unicast",
    clusterMac: "02:bf:0a:09:00:64",
    vips: bothFamilies,
    tables: [few],
  }),
  igmp: samplePlane({ interface: "lo", mode: "igmp", clusterMac: "01:00:5e:7f:00:64", tables: [few] }),
  "direct-front": samplePlane({
    interface: "lo",
    ...direct,
    isFront: true,
    rules,
    tables: [
      {
        ...few,
        owners: Uint8Array.from({ length: 4096 }, (_, bucket) => (bucket < 20 ? 1 : bucket < 30 ? 2 : 0)),
        drainers: [{ hostId: 3, buckets: [7, 8] }],
      },
    ],
  }),
  "direct-other": samplePlane({
    interface: "lo",
    ...direct,
    hostId: 2,
    rules,
    tables: [few],
    unruled: "draining",
  }),
  "extended-affinity": samplePlane({
    interface: "lo",
    vips: bothFamilies,
    rules: [
      planeRule({ affinity: "single", sticky: { timeoutMin: 20, elsewhere: ["192.0.2.7", "2001:db8::7"] } }),
      planeRule({
        name: "shop",
        startPort: 443,
        endPort: 443,
        affinity: "network",
        sticky: { timeoutMin: 5, elsewhere: [] },
      }),
    ],
    tables: [few],
  }),
  "many-rules-and-vips": samplePlane({
    interface: "lo",
    vips: Array.from({ length: 6 }, (_, index) => ({ address: `10.9.0.${100 + index}`, prefixLength: 24 })),
    rules: Array.from({ length: 10 }, (_, index) =>
      planeRule({ name: `r${index}`, startPort: 100 * index, endPort: 100 * index + 150, vip: "10.9.0.100" }),
    ),
    tables: [few],
  }),
  vpn: samplePlane({
    interface: "lo",
    rules: [
      planeRule({ name: "pptp", startPort: 1723, endPort: 1723, affinity: "single" }),
      planeRule({ name: "ike", startPort: 500, endPort: 500, protocol: "udp", affinity: "single" }),
    ],
    tables: [few],
  }),
};
