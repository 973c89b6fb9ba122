/** The frame of a page: title with its state in words, at most one why line, at most one primary action. */
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

export interface PageProps {
  title: ReactNode;
  /** The answer to "is it fine", beside the title. */
  state?: ReactNode;
  /** Small text above the title: where this is. */
  trail?: ReactNode;
  /** One line under the title. */
  lead?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

/** A whole page. */
export function Page({ title, state, trail, lead, actions, children }: PageProps) {
  return (
    <div className="mx-auto flex w-full max-w-[1240px] flex-col gap-6 px-4 pt-5 pb-16 sm:px-8 sm:pt-7">
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          {trail ? <p className="mb-0.5 text-dense text-muted">{trail}</p> : null}
          <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
            <h1 className="text-title font-semibold tracking-[-0.012em]">{title}</h1>
            {state}
          </div>
          {lead ? <p className="mt-1 max-w-[68ch] text-muted">{lead}</p> : null}
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}

/** A part of a page with its own heading. */
export function Section(props: {
  title: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section className={cn("min-w-0", props.className)}>
      <header className="mb-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5">
        <div className="flex flex-wrap items-baseline gap-x-3">
          <h2 className="text-[15px] leading-6 font-semibold">{props.title}</h2>
          {props.note ? <p className="text-dense text-muted">{props.note}</p> : null}
        </div>
        {props.actions}
      </header>
      {props.children}
    </section>
  );
}

/** An empty place that teaches: what belongs here and the one thing that fills it. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-start gap-3 rounded-md border border-dashed border-line-strong px-6 py-8">
      <p className="text-[15px] font-semibold">{title}</p>
      <div className="max-w-[62ch] text-muted [&_p+p]:mt-2">{children}</div>
      {action}
    </div>
  );
}

/** Facts in pairs: a term and its value. */
export function Facts({
  items,
  className,
}: {
  items: readonly { term: string; value: ReactNode }[];
  className?: string;
}) {
  return (
    <dl className={cn("flex flex-wrap gap-x-8 gap-y-3", className)}>
      {items.map((item) => (
        <div key={item.term} className="min-w-0">
          <dt className="text-[12px] text-muted">{item.term}</dt>
          <dd className="min-w-0">{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A quiet placeholder while the first answer is awaited. */
export function Waiting({ label = "Loading" }: { label?: string }) {
  return (
    <div role="status" className="grid gap-2 py-2">
      <span className="sr-only">{label}</span>
      <span aria-hidden className="h-4 w-2/5 animate-pulse rounded-sm bg-line/80" />
      <span aria-hidden className="h-4 w-3/5 animate-pulse rounded-sm bg-line/60" />
      <span aria-hidden className="h-4 w-1/3 animate-pulse rounded-sm bg-line/40" />
    </div>
  );
}
