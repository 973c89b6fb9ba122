/** What a frozen case prints: tables as run-length text, states, and why the last convergence was. No times. */

import { movesBetween, ownersFromText } from "../checks/table-text.ts";
import type { SimHost } from "../wlbs-host.ts";
import type { CaseCluster, CaseStatus } from "./cluster.ts";

const WIDTH = 100;

/** Runs, several to a line when there are many. */
function wrapped(runs: string): string[] {
  const lines: string[] = [""];
  for (const run of runs.split(",")) {
    const last = lines.at(-1) ?? "";
    if (last.length + run.length < WIDTH) lines[lines.length - 1] = last === "" ? run : `${last},${run}`;
    else lines.push(run);
  }
  return lines.map((line, i) => (i < lines.length - 1 ? `${line},` : line));
}

function showTable(cluster: CaseCluster, name: string, text: string | null): string[] {
  if (text === null) return [`${name}: no table`];
  const before = cluster.shown.get(name);
  cluster.shown.set(name, text);
  const moved = before === undefined ? 0 : movesBetween(ownersFromText(before), ownersFromText(text));
  const [first = "", ...more] = wrapped(text);
  const note = moved > 0 ? `  (${moved} moved)` : "";
  if (more.length === 0) return [`${name}: ${first}${note}`];
  return [`${name}:${note}`, ...[first, ...more].map((line) => `  ${line}`)];
}

function showState(host: SimHost, status: CaseStatus): string {
  if (!host.alive) return `${idOf(host)} ${host.policy === null ? "not there yet" : "dead"}`;
  if (host.frozen) return `${idOf(host)} hangs`;
  const isDefault = host.kernel.plane?.unruled === "owned";
  return `${idOf(host)} ${status.state}${isDefault ? " as default" : ""}`;
}

const idOf = (host: SimHost): string => host.node.replace(/^web-/, "");

/** Hosts in one epoch are one part; everybody else stands alone. */
function parts(cluster: CaseCluster): { epoch: string | null; hosts: SimHost[] }[] {
  const found: { epoch: string | null; hosts: SimHost[] }[] = [];
  for (const host of cluster.lab.hosts) {
    const view = host.alive && !host.frozen ? host.state.view : null;
    const epoch = view ? JSON.stringify([view.epoch, view.members]) : null;
    const part = epoch === null ? undefined : found.find((one) => one.epoch === epoch);
    if (part) part.hosts.push(host);
    else found.push({ epoch, hosts: [host] });
  }
  return found;
}

/** Tables, convergence and states of every part of the cluster. */
export function showCluster(cluster: CaseCluster): string[] {
  return parts(cluster).flatMap(({ epoch, hosts }) => {
    const [first] = hosts;
    if (!first) return [];
    const states = hosts.map((host) => showState(host, cluster.status(host))).join(", ");
    if (epoch === null) return [states];
    const status = cluster.status(first);
    const tables = status.rules.flatMap((rule) =>
      showTable(cluster, rule.name, rule.table === null ? null : (status.tables[rule.table] ?? null)),
    );
    return [...tables, `${status.epoch} ${showCause(status)}`, states];
  });
}

function showCause({ history }: CaseStatus): string {
  const [record] = history;
  return record ? `${record.cause}, from host ${record.initiator}` : "";
}

/** One host: state, and the words of its cause. */
export function showHost(cluster: CaseCluster, host: SimHost): string[] {
  const status = cluster.status(host);
  return [showState(host, status), ...(status.cause === null ? [] : [`because: ${status.cause}`])];
}

/** The rules of one host: state, health, buckets, and what its kernel does with them. */
export function showRules(cluster: CaseCluster, host: SimHost): string[] {
  return cluster.status(host).rules.map((rule) => {
    const inKernel = host.kernel.plane?.rules.find(({ name }) => name === rule.name);
    const blocked = inKernel?.table === null ? ", blocked" : "";
    return `${idOf(host)} ${rule.name} ${rule.state}, probe ${rule.health}: ${rule.ownedCount} owned, ${rule.drainingCount} draining${blocked}`;
  });
}
