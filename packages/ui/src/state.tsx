/** The language of states: six roles, each with its own mark, so that colour is never alone. */
import { CircleAlert, CirclePause, LoaderCircle, TriangleAlert } from "lucide-react";
import { cn } from "./cn.ts";

export type StateRole = "ok" | "active" | "warn" | "bad" | "off" | "unknown";

const inks: Record<StateRole, string> = {
  ok: "text-ok-text",
  active: "text-active",
  warn: "text-warn",
  bad: "text-bad",
  off: "text-off",
  unknown: "text-off",
};

/** Worst first, for sorting and for "the worst of these". */
export const roleOrder: readonly StateRole[] = ["bad", "warn", "unknown", "active", "off", "ok"];

/** The worst of some roles; `ok` when there are none. */
export function worstRole(roles: readonly StateRole[]): StateRole {
  return roleOrder.find((role) => roles.includes(role)) ?? "ok";
}

/** The mark alone; decorative, so always beside its word. */
export function StateIcon({ role, className }: { role: StateRole; className?: string }) {
  const look = cn("size-3.5 shrink-0", inks[role], className);
  if (role === "ok") return <span aria-hidden className={cn("mx-0.75 size-2 shrink-0 rounded-full bg-ok")} />;
  if (role === "active")
    return <LoaderCircle aria-hidden className={cn(look, "animate-spin [animation-duration:2s]")} />;
  if (role === "warn") return <TriangleAlert aria-hidden className={look} />;
  if (role === "bad") return <CircleAlert aria-hidden className={look} />;
  if (role === "off") return <CirclePause aria-hidden className={look} />;
  return (
    <span
      aria-hidden
      className={cn("hatched-dense size-3 shrink-0 rounded-[3px] border border-off", className)}
    />
  );
}

/** Mark and word of a state. */
export function State({ role, word, className }: { role: StateRole; word: string; className?: string }) {
  return (
    <span
      className={cn("inline-flex items-center gap-1.5 whitespace-nowrap", inks[role], className)}
      data-role={role}
    >
      <StateIcon role={role} />
      {word}
    </span>
  );
}
