/** Lines as /proc/net/tcp and tcp6 print them on a little endian machine. */
import type { DataPlane } from "@bulkhead/core/wlbs";
import { bucketOf } from "@bulkhead/core/wlbs";
import { expect, test } from "vitest";
import { bucketsOfConnections, connectionsTo } from "./sockets.ts";

const rest = "00000000:00000000 00:00000000 00000000     0        0 12345 1 0000000000000000 20 4 30 10 -1";
const line = (local: string, remote: string, state: string): string =>
  `   1: ${local} ${remote} ${state} ${rest}`;
const tables = [
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
  line("00000000:0050", "00000000:0000", "0A"),
  line("6400090A:0050", "C800090A:9C40", "01"),
  line("6400090A:0050", "C900090A:9C41", "03"),
  line("6400090A:0050", "C900090A:9C42", "06"),
  line("0100090A:0050", "C900090A:9C43", "01"),
  line("0000000000000000FFFF00006400090A:2328", "0000000000000000FFFF0000CA00090A:9C44", "08"),
  line("00000000000000000000000001000000:0050", "00000000000000000000000001000000:9C45", "01"),
].join("\n");

const found = connectionsTo("10.9.0.100", tables);

test("open and half-open connections to the VIP count; listeners, TIME_WAIT and other addresses do not", () => {
  expect(found).toEqual([
    { localPort: 80, address: "10.9.0.200", port: 40_000 },
    { localPort: 80, address: "10.9.0.201", port: 40_001 },
    { localPort: 9000, address: "10.9.0.202", port: 40_004 },
  ]);
  expect(connectionsTo("10.9.0.99", tables)).toEqual([]);
});

test("each connection is in the bucket of its rule; without a rule its address decides", () => {
  const plane = {
    hashSeed: 5,
    rules: [{ name: "web", startPort: 80, endPort: 80, protocol: "tcp", mode: "multiple", affinity: "none" }],
  } as unknown as DataPlane;
  const expected = [
    bucketOf("none", { address: "10.9.0.200", port: 40_000 }, 5),
    bucketOf("none", { address: "10.9.0.201", port: 40_001 }, 5),
    bucketOf("single", { address: "10.9.0.202", port: 0 }, 5),
  ];
  expect(bucketsOfConnections(plane, found)).toEqual(expected.toSorted((a, b) => a - b));
});
