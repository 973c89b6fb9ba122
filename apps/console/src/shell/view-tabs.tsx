"use client";
/** The views of one object as links: each has its own address, and a mark when something in it needs a look. */
import { cn } from "@bulkhead/ui/cn.ts";
import { StateIcon, type StateRole } from "@bulkhead/ui/state.tsx";
import Link from "next/link";
import { useEffect, useRef } from "react";

const markWords: Partial<Record<StateRole, string>> = {
  bad: "needs attention",
  warn: "warning",
  active: "in progress",
  unknown: "no news",
  off: "stopped or disabled by intent",
};

export interface ViewTab {
  id: string;
  label: string;
  href: string;
  /** Worst state in it; absent = it has none. */
  role: StateRole | undefined;
}

/** @param here id of the view that is shown. */
export function ViewTabs({ label, tabs, here }: { label: string; tabs: readonly ViewTab[]; here: string }) {
  const nav = useRef<HTMLElement>(null);
  // On narrow screens the tabs scroll sideways: the one that is shown must be in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change of the view that moves them.
  useEffect(() => {
    const link = nav.current?.querySelector<HTMLElement>("[aria-current]");
    if (nav.current && link) nav.current.scrollLeft = link.offsetLeft - nav.current.clientWidth / 3;
  }, [here]);
  return (
    <nav ref={nav} aria-label={label} className="relative -mb-2 min-w-0 overflow-x-auto border-b">
      <ul className="flex w-max gap-x-1">
        {tabs.map((tab) => (
          <li key={tab.id}>
            <Link
              href={tab.href}
              scroll={false}
              aria-current={tab.id === here ? "page" : undefined}
              className={cn(
                "relative -mb-px flex h-9 items-center border-b-2 border-transparent px-3.5 text-dense text-muted hover:text-text focus-visible:-outline-offset-2",
                tab.id === here && "border-text font-medium text-text",
              )}
            >
              {tab.label}
              <Mark role={tab.role} />
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Stands in the corner, so that the tabs do not move when one appears. */
function Mark({ role }: { role: StateRole | undefined }) {
  const word = role ? markWords[role] : undefined;
  if (!role || !word) return null;
  return (
    <span className="absolute top-1 right-0.5 inline-flex">
      <StateIcon role={role} className="size-3" />
      <span className="sr-only">{word}</span>
    </span>
  );
}
