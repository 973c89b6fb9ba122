import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fleetJsonSchema, formatFleet, heartbeatPresets, parseFleet } from "./index.ts";

const full = `version: 1
wlbs:
  web:
    vips: [10.77.0.100/24, "fd77::100/64"]
    mode: unicast
    clusterMac: 02-BF-0A-4D-00-64
    internetName: www.example.com
    heartbeat: { periodMs: 50, tolerance: 10 }
    partition: majority
    filterIcmp: true
    hosts:
      web-1: { id: 1, interface: eth0, dedicatedIp: 10.77.0.1/24 }
      web-2: { id: 2, interface: eth0, dedicatedIp: 10.77.0.2/24, initialState: suspended, retainSuspended: false }
    rules:
      http: { ports: 80, protocol: tcp, affinity: none, probe: { http: { path: /healthz } } }
      https:
        vip: "FD77:0::100"
        ports: 443
        protocol: tcp
        affinityTimeoutMin: 20
        weights: { web-2: 80 }
        probe: { tcp: { periodMs: 500, rise: 1, fall: 3, whenAllFail: stop } }
      dns: { ports: 53, protocol: udp, probe: { tcp: { port: 53 } } }
      app:
        ports: 9000-9001
        probe: { http: { path: /, port: 9100, host: app.example.com, status: 204, contains: ok, timeoutMs: 50 } }
      admin: { ports: 8080-8090, mode: single, priorities: { web-1: 2, web-2: 1 }, probe: { script: { command: /bin/check, args: [--quick] } } }
      closed: { ports: 1-79, mode: disabled }
`;

function intentOf(text: string) {
  const result = parseFleet(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.intent.wlbs.web ?? expect.fail("web");
}

describe("a WLBS cluster", () => {
  it("is read with every parameter in its canonical form", () => {
    const web = intentOf(full);
    expect(web).toMatchObject({
      vips: ["10.77.0.100/24", "fd77::100/64"],
      clusterMac: "02:bf:0a:4d:00:64",
      internetName: "www.example.com",
      heartbeat: { periodMs: 50, tolerance: 10 },
      partition: "majority",
      filterIcmp: true,
    });
    expect(web.hosts["web-2"]).toMatchObject({ initialState: "suspended", retainSuspended: false });
    expect(web.rules.https).toMatchObject({
      vip: "fd77::100",
      affinityTimeoutMin: 20,
      weights: { "web-2": 80 },
    });
    expect(web.rules.admin).toMatchObject({ mode: "single", priorities: { "web-1": 2, "web-2": 1 } });
  });

  it("has probes with their defaults, which ask the first port of the rule", () => {
    const { http, https, app, admin } = intentOf(full).rules;
    expect(http?.probe).toEqual({
      check: {
        kind: "http",
        port: 80,
        path: "/healthz",
        host: null,
        statusMin: 200,
        statusMax: 399,
        bodyContains: null,
      },
      periodMs: 1000,
      timeoutMs: 1000,
      rise: 2,
      fall: 2,
      whenAllFail: "serve",
    });
    expect(https?.probe).toMatchObject({
      check: { kind: "tcp", port: 443 },
      timeoutMs: 500,
      whenAllFail: "stop",
    });
    expect(app?.probe?.check).toMatchObject({
      port: 9100,
      statusMin: 204,
      statusMax: 204,
      bodyContains: "ok",
    });
    expect(admin?.probe?.check).toEqual({ kind: "script", command: "/bin/check", args: ["--quick"] });
  });

  it("without rules has NLB's one default rule (KB 203597), and with none at all has none", () => {
    const bare = full.slice(0, full.indexOf("    rules:"));
    const rule = { startPort: 0, endPort: 65_535, protocol: "both", mode: "multiple", affinity: "single" };
    expect(intentOf(bare).rules).toMatchObject({ default: rule });
    expect(intentOf(`${bare}    rules: {}\n`).rules).toEqual({});
  });

  it("survives being written and read again, also without rules and with its defaults", () => {
    const bare = full.slice(0, full.indexOf("    rules:"));
    const short = full.replace(/ {4}(clusterMac|internetName|heartbeat|partition|filterIcmp):.*\n/g, "");
    for (const text of [full, bare, short]) {
      const first = parseFleet(text);
      if (!first.ok) throw new Error(JSON.stringify(first.problems));
      expect(parseFleet(formatFleet(first.intent))).toEqual(first);
    }
  });

  it("is written without what has its default value", () => {
    const first = parseFleet(full.replace(/ {4}(clusterMac|partition|filterIcmp):.*\n/g, ""));
    const text = first.ok ? formatFleet(first.intent) : "";
    expect(text).toContain("mode: unicast");
    for (const word of ["clusterMac", "partition", "filterIcmp", "null"]) expect(text).not.toContain(word);
  });

  it("of an earlier plan, which lacks what came later, is written with the defaults", () => {
    const { vips, mode, heartbeat, hosts } = intentOf(full.replace("clusterMac: 02-BF-0A-4D-00-64", ""));
    const formerRule = { startPort: 80, endPort: 80, protocol: "tcp", mode: "multiple", affinity: "none" };
    const formerHost = (node: string) => {
      const { retainSuspended: _retain, ...rest } = hosts[node] ?? expect.fail(node);
      return { ...rest, initialState: "started" };
    };
    const former = {
      vips,
      mode,
      heartbeat,
      hosts: { "web-1": formerHost("web-1") },
      rules: { http: formerRule },
    };
    const again = intentOf(formatFleet({ wlbs: { web: former as never }, mscs: {} }));
    expect(again).toMatchObject({ ...former, clusterMac: null, partition: "serve", filterIcmp: false });
    expect(again.rules.http).toMatchObject({ vip: null, weights: null, probe: null, affinityTimeoutMin: 0 });
    expect(again.hosts["web-1"]?.retainSuspended).toBe(true);
  });

  it("has presets that find a dead host in half a second, in 0.3 s, and as NLB does", () => {
    const detectMs = Object.values(heartbeatPresets).map(({ periodMs, tolerance }) => periodMs * tolerance);
    expect(detectMs).toEqual([500, 300, 5000]);
    expect(intentOf(full.replace(/heartbeat: .*/, "heartbeat: default")).heartbeat).toEqual(
      heartbeatPresets.default,
    );
  });
});

/** `[text to replace, replacement, field, words of the message, words of the cure]`. */
const mistakes: [string, string, string, RegExp, RegExp][] = [
  ['[10.77.0.100/24, "fd77::100/64"]', "[]", "vips", /virtual IP/, /at least 1/],
  ["id: 2", "id: 33", "hosts.web-2.id", /33|32/, /at most 32/],
  ["mode: unicast", "mode: anycast", "mode", /unicast/, /one of: unicast, multicast, igmp, direct/],
  ["02-BF-0A-4D-00-64", "02-BF-0A", "clusterMac", /six bytes/, /./],
  ["www.example.com", "www_example", "internetName", /host name/, /./],
  ["periodMs: 50,", "periodMs: 49,", "heartbeat.periodMs", /50/, /at least 50/],
  ["{ periodMs: 50, tolerance: 10 }", "slow", "heartbeat", /50 to 10000/, /./],
  ["initialState: suspended", "initialState: paused", "hosts.web-2.initialState", /suspended/, /suspended/],
  ["ports: 8080-8090", "ports: 8090-8080", "rules.admin.ports", /no range/, /8080-8090/],
  ["ports: 443", "ports: 65536", "rules.https.ports", /no range/, /0 to 65535/],
  ["ports: 443", "ports: true", "rules.https.ports", /one port or a range/, /./],
  ["FD77:0::100", "everywhere", "rules.https.vip", /no address/, /virtual IPs/],
  [
    "affinityTimeoutMin: 20",
    "affinityTimeoutMin: 241",
    "rules.https.affinityTimeoutMin",
    /240/,
    /at most 240/,
  ],
  ["web-2: 80", "web-2: 101", "rules.https.weights.web-2", /100/, /at most 100/],
  ["web-1: 2,", "web-1: 0,", "rules.admin.priorities.web-1", /1/, /at least 1/],
  ["path: /healthz", "path: healthz", "rules.http.probe.http.path", /path of the request/, /./],
  ["status: 204", "status: 204-199", "rules.app.probe.http.status", /no range/, /200-399/],
  ["timeoutMs: 50 ", "timeoutMs: 1001 ", "rules.app.probe.http.timeoutMs", /longer/, /at most periodMs/],
  ["command: /bin/check", "command: check", "rules.admin.probe.script.command", /absolute path/, /./],
  ["tcp: { port: 53 }", "tcp: {}", "rules.dns.probe", /UDP only/, /TCP port/],
  ["{ tcp: { port: 53 } }", "{}", "rules.dns.probe", /one way/, /tcp: \{\}/],
  ["tcp: { port: 53 }", "tcp: { port: 53 }, http: { path: / }", "rules.dns.probe", /one way/, /tcp: \{\}/],
  ["rise: 1", "rise: 0", "rules.https.probe.tcp.rise", /1/, /at least 1/],
];

const rows = mistakes.map((mistake) => ({ mistake, title: `${mistake[1]} is a mistake in ${mistake[2]}` }));

it.each(rows)("$title", ({ mistake: [from, to, field, message, cure] }) => {
  const text = full.replace(from, to);
  const result = parseFleet(text);
  const [problem] = result.ok ? [] : result.problems;
  expect(problem?.path).toBe(`wlbs.web.${field}`);
  expect(problem?.message).toMatch(message);
  expect(problem?.cure).toMatch(cure);
  const original = full.split("\n");
  const changed = text.split("\n").findIndex((line, index) => line !== original[index]);
  expect(problem?.line).toBe(changed + 1);
});

it("a probe that has neither a port of its own nor one of its rule is a mistake", () => {
  const result = parseFleet(full.replace("ports: 443", "ports: 0-443"));
  const [problem] = result.ok ? [] : result.problems;
  expect(problem).toMatchObject({ line: 22, path: "wlbs.web.rules.https.probe" });
  expect(problem?.message).toContain("port 0");
  expect(problem?.cure).toContain("Name the port");
});

it("has a JSON Schema for editors, with the fields and their ranges", () => {
  const text = JSON.stringify(fleetJsonSchema());
  for (const word of [
    "affinityTimeoutMin",
    "filterIcmp",
    "whenAllFail",
    '"maximum":240',
    "additionalProperties",
  ])
    expect(text).toContain(word);
});

it.each(["docs/fleet-file.md", "apps/lab/fleet.yaml"])("%s holds a fleet file that is read", (file) => {
  const text = readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
  const yaml = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? text;
  expect(parseFleet(yaml)).toMatchObject({ ok: true, intent: { wlbs: { web: { mode: "multicast" } } } });
});
