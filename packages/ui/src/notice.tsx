/** A block that says what is wrong and what to do: the why line of a page, a refusal, an error of a form. */
import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { StateIcon, type StateRole } from "./state.tsx";

const looks: Record<StateRole, string> = {
  ok: "border-line bg-surface",
  active: "border-line bg-active-soft",
  warn: "border-warn-line bg-warn-soft",
  bad: "border-bad-line bg-bad-soft",
  off: "border-line bg-sunken",
  unknown: "border-line-strong bg-sunken hatched",
};

export interface NoticeProps {
  role: StateRole;
  title?: ReactNode;
  children?: ReactNode;
  /** Next step: a link or a button. */
  action?: ReactNode;
  className?: string;
  /** Announce at once; for what appears while the person is looking. */
  live?: boolean;
}

/** One notice. Text stays in the ordinary text colour; only mark and ground carry the role. */
export function Notice({ role, title, children, action, className, live }: NoticeProps) {
  return (
    <div
      role={live ? "alert" : undefined}
      className={cn(
        "flex flex-wrap items-start gap-x-3 gap-y-2 rounded-md border px-3 py-2.5",
        looks[role],
        className,
      )}
    >
      <span className="flex h-5 items-center">
        <StateIcon role={role} className="size-4" />
      </span>
      <div className="min-w-0 flex-1 basis-52">
        {title ? <p className="font-medium text-text">{title}</p> : null}
        {children ? <div className="text-text/85 [&_p+p]:mt-1">{children}</div> : null}
      </div>
      {action ? <div className="flex gap-2">{action}</div> : null}
    </div>
  );
}
