/** Lines as /proc/net/tcp and tcp6 print them on a little endian machine. */
import { expect, test } from "vitest";
import { connectionsTo } from "./sockets.ts";

const rest = "00000000:00000000 00:00000000 00000000     0        0 12345 1 0000000000000000 20 4 30 10 -1";
const line = (local: string, remote: string, state: string): string =>
  `   1: ${local} ${remote} ${state} ${rest}`;
const mapped = (hex: string): string => `0000000000000000FFFF0000${hex}`;
/** fd09::100 and fd09::c8. */
const vip6 = "000009FD000000000000000000010000";
const peer6 = "000009FD0000000000000000C8000000";
const tables = [
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
  line("00000000:0050", "00000000:0000", "0A"),
  line("6400090A:0050", "C800090A:9C40", "01"),
  line("6400090A:0050", "C900090A:9C41", "03"),
  line("6400090A:0050", "C900090A:9C42", "06"),
  line("0100090A:0050", "C900090A:9C43", "01"),
  line("6400090A:0050", "6400090A:9C43", "01"),
  line(`${mapped("6400090A")}:2328`, `${mapped("CA00090A")}:9C44`, "08"),
  line(`${vip6}:01BB`, `${peer6}:9C45`, "01"),
  line(`${peer6}:01BB`, `${vip6}:9C46`, "01"),
].join("\n");

test("open and half-open connections to the VIPs; no listeners, TIME_WAIT, other addresses or calls of one's own", () => {
  expect(connectionsTo(["10.9.0.100", "fd09::100"], tables)).toEqual([
    { vip: "10.9.0.100", localPort: 80, address: "10.9.0.200", port: 40_000 },
    { vip: "10.9.0.100", localPort: 80, address: "10.9.0.201", port: 40_001 },
    { vip: "10.9.0.100", localPort: 9000, address: "10.9.0.202", port: 40_004 },
    { vip: "fd09::100", localPort: 443, address: "fd09::c8", port: 40_005 },
  ]);
  expect(connectionsTo(["10.9.0.99"], tables)).toEqual([]);
});
