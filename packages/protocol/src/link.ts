/**
 * The agent link: JSON text frames over one WebSocket (`/agent/link`), agent dials. Order:
 * controller `challenge` -> agent `hello` (signs the nonce) -> controller `welcome` (signs the agent's nonce)
 * -> frames in both directions. Everything is validated on both ends; a bad frame closes the link.
 */
import type { ObjectRef, Refusal, Service } from "@bulkhead/core/fleet";
import type { ForeignPair, MscsStatus } from "@bulkhead/core/mscs";
import type { NodePolicy } from "@bulkhead/core/plan";
import type { WlbsStatus } from "@bulkhead/core/wlbs";

/** What is signed: the canonical JSON bytes of this. One bundle is for one machine. */
export interface BundlePayload {
  formatVersion: 1;
  node: string;
  machineId: string;
  /** Rises by one with every bundle for this node. Older, or same number with other content, is refused. */
  generation: number;
  issuedAt: number;
  policy: NodePolicy;
  /** Secrets sealed to the node's X25519 key (AES-256-GCM, HKDF-SHA-256): JSON of `BundleSecrets`. */
  sealedSecrets: string | null;
}

/** Inside the seal. */
export interface BundleSecrets {
  /** Heartbeat keys of the WLBS cluster, newest first; all are accepted, the first is used for sending. */
  heartbeatKeys?: { id: number; key: string }[];
  /** Corosync authkey, base64. */
  corosyncAuthkey?: string;
  /** For the TLS between a pair and its witness: the authority both trust, and the node's own certificate and key, as PEM. */
  witnessTls?: { caCert: string; cert: string; key: string };
}

/** `payload` is base64 of the signed bytes, so that both ends verify the very same bytes. Ed25519. */
export interface BundleEnvelope {
  payload: string;
  signature: string;
  keyId: string;
}

export interface InventoryReport {
  machineId: string;
  hostname: string;
  agentVersion: string;
  kernel: string;
  /** `isDynamic`: the address has a lifetime, because DHCP or a router gave it. */
  addresses: { interface: string; address: string; prefixLength: number; isDynamic?: boolean }[];
  servicesSeen: Service[];
  /** An engine on this node that Bulkhead has not set up; absent or null = none. Looked at every few seconds. */
  foreignPair?: ForeignPair | null;
}

export type StatusReport =
  | { service: "wlbs"; wlbs: WlbsStatus }
  | { service: "mscs"; mscs: MscsStatus }
  | { service: "witness"; witness: { running: boolean; lastError: string | null } }
  | { service: "none" };

/** Codes of DOMAIN 1.8, as words. */
export type CommandCode =
  | "ok"
  | "already"
  | "drain-stop"
  | "stopped"
  | "draining"
  | "suspended"
  | "bad-params"
  | "refused"
  | "failed"
  | "timeout"
  | "not-found";

export interface CommandResult {
  code: CommandCode;
  message: string;
  data?: unknown;
  refusal?: Refusal;
}

export type ToAgent =
  | { type: "challenge"; nonce: string }
  | { type: "welcome"; signature: string; now: number }
  | { type: "bundle"; envelope: BundleEnvelope }
  | { type: "command"; id: string; verb: CommandVerb; args: Record<string, string> };

/**
 * Arguments are texts: `deadlineS` (drainstop, optional); `target` "all", "all:PORT", "VIP:PORT" or "[v6]:PORT" (enable,
 * disable, drain, queryport); `address` (ip2mac); `protocol`, `from`, `to` (filter). `mscs.order`: `order` is an `MscsOrder`
 * as JSON, `by` and `id` as in `MscsAct`; the answer's data is the act as it begins (or ends, when refused), the rest is in the
 * status. `mscs.whatIf`: `event` is a `WhatIfEvent` as JSON; data is the engine's `Prediction`. `mscs.adoption`: data is an
 * `AdoptionReport`. `mscs.inspect`: `policy` is an `MscsPolicy` as JSON; data is what core's `validatePair` needs of this
 * node. `mscs.agents`: installed OCF agents, or with `agent` the metadata of one as `ResourceField`s.
 */
export type CommandVerb =
  | "wlbs.start"
  | "wlbs.stop"
  | "wlbs.drainstop"
  | "wlbs.suspend"
  | "wlbs.resume"
  | "wlbs.enable"
  | "wlbs.disable"
  | "wlbs.drain"
  | "wlbs.query"
  | "wlbs.display"
  | "wlbs.counters"
  | "wlbs.params"
  | "wlbs.reload"
  | "wlbs.queryport"
  | "wlbs.ip2mac"
  | "wlbs.filter"
  | "mscs.groups"
  | "mscs.move"
  | "mscs.order"
  | "mscs.whatIf"
  | "mscs.drift"
  | "mscs.adoption"
  | "mscs.inspect"
  | "mscs.agents";

export type ToController =
  | { type: "hello"; node: string; nonce: string; signature: string; appliedGeneration: number }
  | { type: "inventory"; inventory: InventoryReport }
  | { type: "status"; at: number; status: StatusReport }
  | { type: "bundleResult"; generation: number; accepted: boolean; refusal: Refusal | null }
  | { type: "commandResult"; id: string; result: CommandResult }
  | { type: "event"; at: number; kind: string; message: string; objects: ObjectRef[] };

/** `POST /agent/enrol`. Keys are SPKI, base64 DER. */
export interface EnrolRequest {
  token: string;
  inventory: InventoryReport;
  signingKey: string;
  sealingKey: string;
}

export interface EnrolResponse {
  node: string;
  controllerKey: string;
  /** The agent compares it with the fingerprint inside the token: base64url SHA-256 of the DER, first 22 characters. */
  keyId: string;
}
