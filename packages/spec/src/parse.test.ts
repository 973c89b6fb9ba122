import { describe, expect, it } from "vitest";
import { formatFleet, parseFleet } from "./index.ts";

const sample = `version: 1
wlbs:
  web:
    vips: [10.77.0.100/24]
    heartbeat: fast
    hosts:
      web-1: { id: 1, interface: eth0, dedicatedIp: 10.77.0.1/24 }
      web-2: { id: 2, interface: eth0, dedicatedIp: "::ffff:10.77.0.2/120", initialState: stopped }
    rules:
      http: { ports: 80, protocol: tcp, affinity: none }
      app: { ports: 8080-8090 }
mscs:
  data:
    nodes: [db-1, db-2]
    witness: witness-1
    fencing: { agent: fence_lab, nodes: { db-1: { port: 7 } } }
    groups:
      sql:
        preferredOwners: [db-1]
        resources:
          disk: { type: filesystem, device: /dev/sdb1, mount: /srv/sql }
          ip: { type: ipAddress, address: 10.77.0.50/24 }
          db: { type: postgresql, dataDir: /srv/sql/data, dependsOn: [disk, ip] }
`;

function problemsOf(text: string) {
  const result = parseFleet(text);
  return result.ok ? [] : result.problems;
}

describe("parseFleet", () => {
  it("fills in the documented defaults", () => {
    const result = parseFleet(sample);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const { wlbs, mscs } = result.intent;
    expect(wlbs.web?.heartbeat).toEqual({ periodMs: 100, tolerance: 3 });
    expect(wlbs.web?.rules.app).toEqual({
      startPort: 8080,
      endPort: 8090,
      vip: null,
      protocol: "both",
      mode: "multiple",
      affinity: "single",
      affinityTimeoutMin: 0,
      weights: null,
      priorities: null,
      probe: null,
    });
    expect(mscs.data?.fencing?.nodes).toEqual({ "db-1": { port: "7" } });
    expect(mscs.data?.groups.sql?.resources[0]).toMatchObject({
      type: "filesystem",
      fs: "ext4",
      restart: { threshold: 3, periodS: 900 },
    });
  });

  it("survives being written and read again", () => {
    const first = parseFleet(sample);
    if (!first.ok) throw new Error("sample");
    expect(parseFleet(formatFleet(first.intent))).toEqual(first);
  });

  it("names line, column and field of a bad value", () => {
    const [problem] = problemsOf(sample.replace("id: 2", "id: 33"));
    expect(problem).toMatchObject({ line: 8, column: 20, path: "wlbs.web.hosts.web-2.id" });
  });

  it("points at an unknown key itself", () => {
    const [problem] = problemsOf(sample.replace("affinity: none", "afinity: none"));
    expect(problem).toMatchObject({ line: 10, message: "unknown field afinity" });
    expect(problem?.column).toBe((sample.split("\n")[9] ?? "").indexOf("affinity") + 1);
  });

  it("reports all problems at once", () => {
    expect(problemsOf(sample.replace("id: 2", "id: 0").replace("10.77.0.50/24", "10.77.0.50"))).toHaveLength(
      2,
    );
  });

  it.each([
    ["", "the file is empty"],
    ["version: 2", "this version reads fleet files with version: 1"],
    ["version: 1\nversion: 1", "Map keys must be unique"],
    [
      "version: 1\nwlbs: [",
      "Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    [
      "version: 1\nmscs: {d: {nodes: [a], witness: w, fencing: {agent: 'rm -rf'}, groups: {}}}",
      "name a fence agent in /usr/sbin, for example fence_ipmilan",
    ],
  ])("%j is refused", (text, message) => {
    expect(problemsOf(text)[0]?.message).toBe(message);
  });

  it("refuses aliases, which could blow a small file up", () => {
    expect(problemsOf("version: &a 1\nwlbs: {w: *a}")[0]).toMatchObject({
      line: 2,
      column: 11,
      message: "aliases (*name) are not read",
    });
  });
});
