/** Reader of `corosync-quorumtool -s`: who is a member, and whether the witness gives its vote. */

export interface QuorumState {
  quorate: boolean;
  /** Null when no witness is configured. */
  witnessVotes: boolean | null;
  /** Node ids of the present members, without the witness. */
  members: number[];
}

/** The tool prints tables for people; only the rows below "Membership information" and two labels are read. */
export function readQuorumTool(text: string): QuorumState {
  const rows = (text.split(/^Membership information$/m)[1] ?? "")
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  return {
    quorate: /^Quorate:\s+Yes$/m.test(text),
    witnessVotes: witnessVotes(rows),
    members: rows.filter((row) => /^\d+$/.test(row[0] ?? "") && row[0] !== "0").map((row) => Number(row[0])),
  };
}

/**
 * Rows are `nodeid votes flags name`. The witness is node 0; while it is away its votes are 0. A node's flags
 * `A,V,NMW` mean: device alive, casts a vote, not master-wins.
 */
function witnessVotes(rows: string[][]): boolean | null {
  const witness = rows.find((row) => row[0] === "0" && row.includes("Qdevice"));
  return witness === undefined ? null : Number(witness[1]) > 0;
}
