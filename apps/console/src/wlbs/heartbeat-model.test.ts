/** The matrix must show a partition as blocks and say in one line what one line explains. */
import { expect, test } from "vitest";
import { heardByPeers, hearingTroubles, heartbeatMatrix, timingOf, timingText } from "./heartbeat-model.ts";
import { sampleCluster, sampleHearing, sampleHost } from "./sample-cluster.ts";

const clusterOf = (ids: number[], deaf: string[] = []) =>
  sampleCluster(
    ids.map((id) => sampleHost(id)),
    { heartbeats: sampleHearing(ids, deaf) },
  );
const troubles = (cluster: ReturnType<typeof clusterOf>) =>
  hearingTroubles(heartbeatMatrix(cluster), (id) => `web-${id}`).map(({ text }) => text);

test("all is heard: nothing to say, one part", () => {
  expect(troubles(clusterOf([1, 2, 3]))).toEqual([]);
  expect(heartbeatMatrix(clusterOf([1, 2, 3])).parts).toEqual([[1, 2, 3]]);
});

test("one way is told with its other way", () => {
  expect(troubles(clusterOf([1, 2, 3], ["1<3"]))).toEqual([
    "web-1 does not hear web-3, although web-3 hears web-1.",
  ]);
});

test("a pair that is cut both ways is one line", () => {
  expect(troubles(clusterOf([1, 2, 3], ["1<3", "3<1"]))).toEqual(["web-1 and web-3 do not hear each other."]);
});

test("a partition stands in two blocks and is one line", () => {
  const cut = [1, 3].flatMap((a) => [2, 4].flatMap((b) => [`${a}<${b}`, `${b}<${a}`]));
  const cluster = clusterOf([1, 2, 3, 4], cut);
  expect(heartbeatMatrix(cluster).order).toEqual([1, 3, 2, 4]);
  expect(troubles(cluster)).toEqual([
    "2 parts that do not hear each other: web-1 and web-3 | web-2 and web-4.",
  ]);
});

test("one host that is cut off is one line, not thirty", () => {
  const ids = Array.from({ length: 16 }, (_, i) => i + 1);
  const cut = ids.filter((id) => id !== 7).flatMap((id) => [`${id}<7`, `7<${id}`]);
  expect(troubles(clusterOf(ids, cut))).toEqual(["web-7 is cut off: it runs, and no other host hears it."]);
});

test("loss names the worst pair, and frames to the cluster MAC that do not arrive are told per host", () => {
  const cluster = clusterOf([1, 2, 3]);
  cluster.heartbeats = cluster.heartbeats.map((cell) => ({
    ...cell,
    lostPercent: cell.listener === 1 ? 8 * cell.speaker : 0,
    probeHeard: cell.listener !== 2,
  }));
  expect(troubles(cluster)).toEqual([
    "web-1 loses 24 % of the beats of web-3, and 1 other pair loses more than 5 %.",
    "Frames to the cluster MAC do not reach web-2 (sent by web-1 and web-3).",
  ]);
  expect(heardByPeers(cluster, 3)).toEqual({ lostPercent: 24, jitterMs: 2, lastHeardMsAgo: 100 });
});

test("a host that does not report is unknown, never heard", () => {
  const cluster = sampleCluster([sampleHost(1), sampleHost(2)], { heartbeats: [] });
  expect(heartbeatMatrix(cluster).rows[0]?.[1]?.state).toBe("unknown");
  expect(heardByPeers(cluster, 1)).toBeNull();
});

test("a host at rest reads beats up to half a period late: that is in time, and only what is beyond is shown", () => {
  expect(timingText(50, 100)).toBe("in time");
  expect(timingText(null, 100)).toBe("in time");
  expect(timingText(72.4, 100)).toBe("uneven, ±72 ms");
  expect(timingText(120, 100)).toBe("very uneven, ±120 ms");
  expect(timingOf(72.4, 200)).toBe("in time");
  expect(troubles(clusterOf([1, 2, 3]))).toEqual([]);
});
