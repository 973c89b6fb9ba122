/** Every address of the console, in one builder. */

export const places = [
  { id: "overview", label: "Overview", path: "/" },
  { id: "load-balancing", label: "Load balancing", path: "/load-balancing" },
  { id: "failover", label: "Failover", path: "/failover" },
  { id: "nodes", label: "Nodes", path: "/nodes" },
  { id: "deployments", label: "Deployments", path: "/deployments" },
  { id: "what-if", label: "What-if", path: "/what-if" },
  { id: "audit", label: "Audit", path: "/audit" },
  { id: "alerts", label: "Alerts", path: "/alerts" },
  { id: "settings", label: "Settings", path: "/settings" },
] as const;

export type PlaceId = (typeof places)[number]["id"];

/** A WLBS cluster. */
export const wlbsPath = (cluster: string) => `/load-balancing?cluster=${encodeURIComponent(cluster)}`;
/** What a WLBS cluster's page can show; the first is what one sees without asking. */
export type WlbsView = "hosts" | "rules" | "heartbeats" | "history" | "ask" | "counters" | "setup";
/** One view of a WLBS cluster; `rule` selects a port rule in it. */
export const wlbsViewPath = (cluster: string, view: WlbsView, rule: string | null = null) =>
  `${wlbsPath(cluster)}${view === "hosts" ? "" : `&view=${view}`}${rule === null ? "" : `&rule=${encodeURIComponent(rule)}`}`;
/** "Would this host accept this client": the form, with the host first among the answers. */
export const wlbsAskPath = (cluster: string, host: string) =>
  `${wlbsViewPath(cluster, "ask")}&host=${encodeURIComponent(host)}`;
/** An MSCS pair. */
export const mscsPath = (cluster: string) => `/failover?cluster=${encodeURIComponent(cluster)}`;
/** What a pair's page can show; the first is what one sees without asking. */
export type MscsView =
  | "groups"
  | "nodes"
  | "networks"
  | "quorum"
  | "history"
  | "what-if"
  | "setup"
  | "validation";
/** One view of a pair. */
export const mscsViewPath = (cluster: string, view: MscsView) =>
  `${mscsPath(cluster)}${view === "groups" ? "" : `&view=${view}`}`;
/** Pairs that others set up, or one of them, by a node that reports it. */
export const adoptPath = (node: string | null = null) =>
  `/failover/adopt${node === null ? "" : `?node=${encodeURIComponent(node)}`}`;
/** The forms that write a pair, a group or a resource into the fleet file. Null = a new one. */
export const pairFormPath = (cluster: string | null) =>
  `/failover/edit?what=pair${cluster === null ? "" : `&cluster=${encodeURIComponent(cluster)}`}`;
export const groupFormPath = (cluster: string, group: string | null) =>
  `/failover/edit?what=group&cluster=${encodeURIComponent(cluster)}${group === null ? "" : `&group=${encodeURIComponent(group)}`}`;
export const resourceFormPath = (cluster: string, group: string, resource: string | null) =>
  `/failover/edit?what=resource&cluster=${encodeURIComponent(cluster)}&group=${encodeURIComponent(group)}${resource === null ? "" : `&resource=${encodeURIComponent(resource)}`}`;
/** What-if, about one pair or one plan. */
export const whatIfPath = (about: { cluster: string } | { plan: string } | null = null) =>
  about === null
    ? "/what-if"
    : "cluster" in about
      ? `/what-if?cluster=${encodeURIComponent(about.cluster)}`
      : `/what-if?plan=${encodeURIComponent(about.plan)}`;
/** One node in the table of nodes. */
export const nodePath = (node: string) => `/nodes?node=${encodeURIComponent(node)}`;
/** One deployment. */
export const deploymentPath = (id: string) => `/deployments?id=${encodeURIComponent(id)}`;
/** The editor of the fleet file. */
export const newDeploymentPath = "/deployments?new";
/** The editor with a change that a form has written. */
export const draftPath = "/deployments?new&draft";
/** The audit log, narrowed to a text. */
export const auditPath = (text: string) => `/audit?text=${encodeURIComponent(text)}`;
/** Sign in, then go on to where one came from. */
export const signInPath = (next: string) => `/sign-in?next=${encodeURIComponent(next)}`;

/** Only paths of this console: a full address, or one that a browser reads as another host, leads home. */
export function safeNext(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}
