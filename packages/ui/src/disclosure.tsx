/** More of the same thing, behind one press. The platform's own element: keyboard, find-in-page and screen readers know it. */
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

/** @param summary says what is inside, so that nobody must open it to find out. */
export function Disclosure({
  summary,
  children,
  className,
}: {
  summary: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <details className={cn("group/disclosure min-w-0", className)}>
      <summary className="inline-flex list-none items-center gap-1.5 rounded-sm text-dense font-medium hover:text-active [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-3.5 shrink-0 text-muted transition-transform duration-150 group-open/disclosure:rotate-90"
        />
        {summary}
      </summary>
      <div className="pt-2">{children}</div>
    </details>
  );
}
