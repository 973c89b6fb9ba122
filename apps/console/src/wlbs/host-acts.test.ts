/** The texts of the dialog are promises: they must be true. */
import { expect, test } from "vitest";
import { allBlockedBy, blockedBy, hostAct } from "./host-acts.ts";
import { sampleCluster, sampleHost } from "./sample-cluster.ts";

const three = (second = sampleHost(2)) => sampleCluster([sampleHost(1), second, sampleHost(3)]);

test("a stop that cuts connections says so first, and where the clients go", () => {
  const host = sampleHost(2, { openConnections: 23 });
  const { lines, typed } = hostAct("stop", three(host), host);
  expect(lines[0]).toEqual({ text: "23 open connections on web-2 are cut at once.", breaks: true });
  expect(lines[1]?.text).toBe("33.3 % of the clients go to web-1 and web-3 with their next connection.");
  expect(typed).toBeNull();
});

test("draining breaks nothing, may have a deadline, and the default host moves to the next ID", () => {
  const cluster = three();
  const { lines, hasDeadline } = hostAct("drainstop", cluster, cluster.hosts[0] ?? null);
  expect(lines.some((line) => line.breaks)).toBe(false);
  expect(hasDeadline).toBe(true);
  expect(lines.at(-1)?.text).toContain("The default host becomes web-2");
});

test.each(["stop", "drainstop", "suspend"] as const)(
  "%s of all hosts leaves nobody: the name must be typed",
  (verb) => {
    const { lines, typed, order } = hostAct(verb, three(), null);
    expect(typed).toBe("web");
    expect(order).toEqual({ cluster: "web", host: null, verb, confirm: true });
    expect(
      lines
        .filter((line) => line.breaks)
        .map((line) => line.text)
        .join(),
    ).toContain("10.77.0.100 answers nobody");
  },
);

test("starting all hosts asks for no name and counts only those that are not started", () => {
  const cluster = three(sampleHost(2, { state: "stopped" }));
  const act = hostAct("start", cluster, null);
  expect(act.typed).toBeNull();
  expect(act.order).toMatchObject({ confirm: false });
  expect(act.lead).toContain("web-2: asked side by side. 2 hosts cannot do that now");
});

test("an act that makes no sense now says why", () => {
  expect(blockedBy("start", sampleHost(1))).toBe("web-1 is started already.");
  expect(blockedBy("stop", { ...sampleHost(1), online: false })).toContain("bulkhead-agent wlbs stop");
  expect(blockedBy("start", sampleHost(1, { state: "draining" }))).toBeNull();
  expect(blockedBy("drainstop", sampleHost(1, { state: "draining" }))).not.toBeNull();
});

test("a suspended host heeds nothing but resume", () => {
  const host = sampleHost(1, { state: "suspended" });
  expect(
    (["start", "stop", "drainstop", "suspend"] as const).every((verb) => blockedBy(verb, host) !== null),
  ).toBe(true);
  expect(blockedBy("resume", host)).toBeNull();
  expect(allBlockedBy("resume", three())).toContain("No host of web");
  expect(allBlockedBy("resume", three(host))).toBeNull();
});

test("a reload breaks nothing, asks for no name, and reaches a suspended host too", () => {
  const host = sampleHost(2, { state: "suspended" });
  const act = hostAct("reload", three(host), host);
  expect(act).toMatchObject({ title: "Reload policy of host web-2", typed: null, hasDeadline: false });
  expect(act.order).toMatchObject({ host: "web-2", verb: "reload", confirm: false });
  expect(act.lines.some((line) => line.breaks)).toBe(false);
  expect(blockedBy("reload", host)).toBeNull();
  expect(blockedBy("reload", { ...host, online: false })).toContain("bulkhead-agent wlbs reload");
});
