/** The texts of the dialog are promises: they must be true. */
import { expect, test } from "vitest";
import { blockedBy, consequences } from "./host-acts.ts";
import { sampleCluster, sampleHost } from "./sample-cluster.ts";

const full = (hosts = [sampleHost(1), sampleHost(2), sampleHost(3)]) => ({
  ...sampleCluster(hosts),
  table: "1x1366,2x1365,3x1365",
});

test("a stop that cuts connections says so first", () => {
  const cluster = full();
  const host = sampleHost(2, { openConnections: 23 });
  const lines = consequences("stop", cluster, host);
  expect(lines[0]).toEqual({ text: "23 open connections on web-2 are cut at once.", breaks: true });
  expect(lines.map((line) => line.text)).toContain("Its 1,365 buckets (33.3 %) go to web-1, web-3.");
});

test("draining breaks nothing, and the default host moves to the next ID", () => {
  const lines = consequences("drainstop", full(), sampleHost(1));
  expect(lines.some((line) => line.breaks)).toBe(false);
  expect(lines.at(-1)?.text).toContain("The default host becomes web-2");
});

test("the last host is not stopped unwarned", () => {
  const alone = { ...sampleCluster([sampleHost(1)]), table: "1x4096" };
  expect(consequences("stop", alone, sampleHost(1, { openConnections: 0 }))[0]).toMatchObject({
    breaks: true,
  });
});

test("an act that makes no sense now says why", () => {
  expect(blockedBy("start", sampleHost(1))).toBe("web-1 is started already.");
  expect(blockedBy("stop", { ...sampleHost(1), online: false })).toContain("bulkhead-agent stop");
  expect(blockedBy("start", sampleHost(1, { state: "draining" }))).toBeNull();
  expect(blockedBy("drainstop", sampleHost(1, { state: "draining" }))).not.toBeNull();
});
