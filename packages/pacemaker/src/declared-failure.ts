/**
 * A failure by order ("initiate failure"): what a failed check would have left in the live status, so that the engine does what it
 * does for a real one. Its own tool, `crm_resource --fail`, leaves two records of a check that nothing runs, and
 * Pacemaker 2.1.5 counts both: two restarts would be used up.
 */
import { declaredFailed } from "@bulkhead/core/mscs";
import { child, childrenNamed, element, type XmlElement } from "./xml.ts";

/** `nowMs`: the time of the failure, in epoch milliseconds. */
export interface DeclaredFailure {
  resource: string;
  node: string;
  nowMs: number;
}

/**
 * The part of the status to write, around one record; null when no check of the resource has succeeded on that node, as with
 * a resource that has none.
 */
export function declaredFailure(cib: XmlElement, failure: DeclaredFailure): XmlElement | null {
  const state = childrenNamed(child(cib, "status"), "node_state").find(
    ({ attributes }) => attributes["uname"] === failure.node,
  );
  const history = child(child(state, "lrm"), "lrm_resources");
  const resource = childrenNamed(history, "lrm_resource").find(
    ({ attributes }) => attributes["id"] === failure.resource,
  );
  const records = childrenNamed(resource, "lrm_rsc_op").map(({ attributes }) => attributes);
  const check = records.filter(isGoodCheck).sort((a, b) => number(a, "interval") - number(b, "interval"))[0];
  if (state === undefined || check === undefined) return null;
  const record = element("lrm_rsc_op", failedCheck(check, { failure, after: newest(records) }));
  const resources = element("lrm_resources", {}, [
    element("lrm_resource", { id: failure.resource }, [record]),
  ]);
  const { id = "", uname = "" } = state.attributes;
  return element("node_state", { id, uname }, [element("lrm", { id }, [resources])]);
}

type Attributes = Record<string, string>;

function isGoodCheck(record: Attributes): boolean {
  return record["operation"] === "monitor" && number(record, "interval") > 0 && record["rc-code"] === "0";
}

/**
 * As the engine writes a failed check: under a name of its own, with the number and the key of the check. It sorts by these and then
 * by time, to the second, so the failure has to be younger than all that is known.
 */
function failedCheck(
  check: Attributes,
  { failure, after }: { failure: DeclaredFailure; after: number },
): Attributes {
  return {
    ...check,
    id: `${failure.resource}_last_failure_0`,
    // A record that a refresh of the status has written (`build_active_RAs`) is taken for an old one, and not counted.
    "crm-debug-origin": "do_update_resource",
    "transition-magic": `0:1;${check["transition-key"] ?? ""}`,
    "exit-reason": declaredFailed,
    "rc-code": "1",
    "op-status": "0",
    "last-rc-change": String(Math.max(Math.floor(failure.nowMs / 1000), after + 1)),
    "exec-time": "0",
    "queue-time": "0",
  };
}

/** Epoch seconds; 0 without records. */
function newest(records: readonly Attributes[]): number {
  return Math.max(0, ...records.map((record) => number(record, "last-rc-change")));
}

function number(record: Attributes, name: string): number {
  return Number(record[name] ?? 0);
}
