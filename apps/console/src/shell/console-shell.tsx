"use client";
/** Rail, top bar and page. Holds the one live subscription. */
import { Dialog } from "@base-ui/react/dialog";
import { cn } from "@bulkhead/ui/cn.ts";
import { Menu as MenuIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { LiveProvider, useFleet, useLive } from "../live/live-provider.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { Freshness, StaleNotice } from "./freshness.tsx";
import { PersonMenu } from "./person-menu.tsx";
import { Rail } from "./rail.tsx";

/** Around every page that needs a session. */
export function ConsoleShell({ children }: { children: ReactNode }) {
  return (
    <LiveProvider>
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-ink px-3 py-2 text-on-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <div className="min-h-dvh lg:grid lg:grid-cols-[212px_1fr]">
        <aside className="hidden border-r bg-sunken lg:block">
          <div className="sticky top-0 h-dvh">
            <Rail />
          </div>
        </aside>
        <div className="min-w-0">
          <TopBar />
          <StaleNotice />
          <Content>{children}</Content>
        </div>
      </div>
    </LiveProvider>
  );
}

/** Without a link the colours go: what is below is a memory, and must not look like the present. */
function Content({ children }: { children: ReactNode }) {
  const { link } = useLive();
  return (
    <main id="content" tabIndex={-1} className={cn("outline-none", link === "broken" && "grayscale")}>
      {children}
    </main>
  );
}

function TopBar() {
  const fleet = useFleet();
  return (
    <div className="sticky top-0 z-30 flex h-13 items-center gap-3 border-b bg-bg/92 px-4 backdrop-blur-sm sm:px-8">
      <Drawer />
      <p className="min-w-0 truncate text-dense font-medium">{fleet?.fleetName ?? ""}</p>
      <Freshness />
      <span className="flex-1" />
      <CommandPalette />
      <PersonMenu />
    </div>
  );
}

/** The rail on narrow screens. */
function Drawer() {
  const [open, setOpen] = useState(false);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger
        aria-label="Places"
        className="-ml-1.5 grid size-8 place-items-center rounded-md text-muted hover:bg-sunken lg:hidden"
      >
        <MenuIcon aria-hidden className="size-4.5" />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/35" />
        <Dialog.Popup
          aria-label="Places"
          className="fixed inset-y-0 left-0 z-50 w-64 bg-sunken shadow-(--shadow) transition-transform duration-150 outline-none data-[ending-style]:-translate-x-full data-[starting-style]:-translate-x-full"
        >
          <Rail onGo={() => setOpen(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
