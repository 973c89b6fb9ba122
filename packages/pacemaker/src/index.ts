/** Pacemaker and Corosync from outside: their files as text, their state as data, and the runner that calls them. */
export * from "./cib-inspect.ts";
export * from "./cib-merge.ts";
export * from "./cib-xml.ts";
export * from "./corosync-conf.ts";
export * from "./crm-mon.ts";
export * from "./daemons.ts";
export * from "./errors.ts";
export * from "./execute.ts";
export * from "./move.ts";
export * from "./quorum-tool.ts";
export * from "./runner.ts";
export * from "./runner-fake.ts";
export * from "./units.ts";
export * from "./xml.ts";
