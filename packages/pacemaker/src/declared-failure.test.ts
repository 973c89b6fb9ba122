/** A failure by order leaves what a failed check would: one record, which the engine counts once. */
import { declaredFailed } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { declaredFailure } from "./declared-failure.ts";
import { parseXml, renderXml } from "./xml.ts";

/** A record as the engine of the lab has written it. */
function record(operation: string, more: Record<string, string>): string {
  const attributes = {
    id: `sql.db_${operation}_${more["interval"]}`,
    operation,
    "transition-key": "16:1:0:09f0cf93-cfd1-40f6-894e-2841126fe462",
    "transition-magic": "0:0;16:1:0:09f0cf93-cfd1-40f6-894e-2841126fe462",
    "exit-reason": "",
    "rc-code": "0",
    "op-status": "0",
    "crm-debug-origin": "build_active_RAs",
    "exec-time": "78",
    ...more,
  };
  const text = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
  return `<lrm_rsc_op ${text.join(" ")}/>`;
}

const checks = [
  record("monitor", { interval: "60000", "call-id": "51", "last-rc-change": "1795424071" }),
  record("monitor", { interval: "2000", "call-id": "50", "last-rc-change": "1795424069" }),
];

function cib(records: readonly string[]) {
  const history = `<lrm id="1"><lrm_resources><lrm_resource id="sql.db">${records.join("")}</lrm_resource></lrm_resources></lrm>`;
  const states = `<node_state id="2" uname="db-2"/><node_state id="1" uname="db-1">${history}</node_state>`;
  return parseXml(`<cib><configuration/><status>${states}</status></cib>`, "cib");
}

const failure = { resource: "sql.db", node: "db-1", nowMs: 1795424134_500 };

it("repeats the shortest check as a failed one, under the name that the engine gives those", () => {
  const state = declaredFailure(cib(checks), failure) ?? expect.fail("nothing to write");
  expect(state.attributes).toEqual({ id: "1", uname: "db-1" });
  const text = renderXml(state);
  expect(text.match(/<lrm_rsc_op/g)).toHaveLength(1);
  for (const part of [
    'id="sql.db_last_failure_0"',
    'interval="2000"',
    // What a refresh has written is not counted.
    'crm-debug-origin="do_update_resource"',
    'call-id="50"',
    'transition-magic="0:1;16:1:0:09f0cf93-cfd1-40f6-894e-2841126fe462"',
    `exit-reason="${declaredFailed}"`,
    'rc-code="1"',
    'last-rc-change="1795424134"',
  ])
    expect(text).toContain(part);
});

it("is younger than all that is known, whatever this machine's clock says: the engine sorts by time", () => {
  const state = declaredFailure(cib(checks), { ...failure, nowMs: 1795424000_000 }) ?? expect.fail();
  expect(renderXml(state)).toContain('last-rc-change="1795424072"');
});

it("has nothing to imitate where no check of the resource has succeeded", () => {
  const start = record("start", { interval: "0", "call-id": "45", "last-rc-change": "1795424069" });
  const bad = record("monitor", { interval: "2000", "rc-code": "7", "last-rc-change": "1795424069" });
  expect(declaredFailure(cib([start, bad]), failure)).toBeNull();
  expect(declaredFailure(cib(checks), { ...failure, node: "db-2" })).toBeNull();
  expect(declaredFailure(cib(checks), { ...failure, resource: "sql.ip" })).toBeNull();
});
