/** A failover as it is reported: its id, its cause and its times. */
import type { FailoverRecord } from "./failovers.ts";
import type { OpenFailover } from "./history.ts";
import { causeOf } from "./history-cause.ts";

export interface RecordParts {
  group: string;
  open: OpenFailover;
  to: string | null;
  outcome: FailoverRecord["outcome"];
  endedAt: number | null;
}

/** `before`: the records of this node so far, for an id that is not taken. */
export function recordOf(
  before: readonly FailoverRecord[],
  { group, open, to, outcome, endedAt }: RecordParts,
): FailoverRecord {
  const { cause, detail, by } = causeOf(open.evidence, { group, from: open.settled.owner, to, outcome });
  return {
    id: idOf(before, group, open),
    group,
    cause,
    detail,
    ...(by === null ? {} : { by }),
    from: open.settled.owner,
    to,
    startedAt: open.startedAt,
    endedAt,
    outcome,
    steps: open.steps,
  };
}

/**
 * Both nodes know since when the last owner had the group, from the same CIB: the failover that ended that time is named
 * by it. `@` = the group left that owner, `+` = it came back after it had run nowhere.
 */
function idOf(before: readonly FailoverRecord[], group: string, open: OpenFailover): string {
  const anchor = open.settled.since ?? Math.floor(open.startedAt / 10_000) * 10_000;
  const id = `${group}${open.settled.owner === null ? "+" : "@"}${anchor}`;
  const times = before.filter((record) => record.id === id || record.id.startsWith(`${id}.`)).length;
  return times === 0 ? id : `${id}.${times + 1}`;
}
