/** Every act of the console as a line for the shell. The one place that knows how `bulkhead` is spelled. */

export type HostVerb = "start" | "stop" | "drainstop";

/** `host` null = all hosts of the cluster. */
export const wlbsCommandLine = (verb: HostVerb, cluster: string, host: string | null) =>
  `bulkhead wlbs ${verb} ${cluster}${host ? `:${host}` : ""}`;

export const mscsMoveLine = (cluster: string, group: string, to: string) =>
  `bulkhead mscs move ${cluster}:${group} --to ${to}`;

export const planLine = "bulkhead plan -f fleet.yaml";
export const applyLine = "bulkhead apply -f fleet.yaml";
/** With the head it also finds a cut-off end. */
export const auditVerifyLine = (file: string, head: { seq: number; hash: string } | undefined) =>
  `bulkhead audit verify ${file}${head ? ` --head ${head.seq}:${head.hash}` : ""}`;
