/** Makes audit events of what people and the controller do. */
import type { Actor } from "@bulkhead/api";
import type { AuditEvent, AuditOutcome } from "@bulkhead/core/audit";
import type { Refusal } from "@bulkhead/core/fleet";

export interface Deed {
  at: number;
  action: string;
  object: { kind: string; name: string };
  outcome: AuditOutcome;
  detail?: Record<string, unknown>;
}

export function deedOf(actor: Actor, deed: Deed): AuditEvent {
  return { ...deed, actor: { kind: actor.kind, id: actor.id, name: actor.name }, detail: deed.detail ?? {} };
}

/** Things the controller does by itself. */
export function systemDeed(deed: Deed): AuditEvent {
  return {
    ...deed,
    actor: { kind: "system", id: "controller", name: "controller" },
    detail: deed.detail ?? {},
  };
}

/** Refusals in the form the log keeps them. */
export function refusalDetail(refusals: readonly Refusal[]): Record<string, unknown> {
  return {
    rules: [...new Set(refusals.map(({ rule }) => rule))],
    refusals: refusals.map(({ rule, severity, objects, message, reason, cure }) => ({
      rule,
      severity,
      objects: objects.map(({ kind, name }) => `${kind} ${name}`),
      message,
      reason,
      cure,
    })),
  };
}
