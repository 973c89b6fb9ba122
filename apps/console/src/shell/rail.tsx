"use client";
/** The left rail: the places of the console, each with a mark when something there needs a look. */
import { cn } from "@bulkhead/ui/cn.ts";
import type { StateRole } from "@bulkhead/ui/state.tsx";
import {
  ArrowLeftRight,
  BellRing,
  FlaskConical,
  LayoutDashboard,
  type LucideIcon,
  Rocket,
  ScrollText,
  Server,
  Settings,
  Split,
} from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useFleet } from "../live/live-provider.tsx";
import { Logo } from "./logo.tsx";
import { type PlaceId, places } from "./places.ts";
import { railRoles } from "./rail-roles.ts";

const icons: Record<PlaceId, LucideIcon> = {
  overview: LayoutDashboard,
  "load-balancing": Split,
  failover: ArrowLeftRight,
  nodes: Server,
  deployments: Rocket,
  "what-if": FlaskConical,
  audit: ScrollText,
  alerts: BellRing,
  settings: Settings,
};

export const placeIcon = (id: PlaceId): LucideIcon => icons[id];

const marks: Partial<Record<StateRole, { dot: string; word: string }>> = {
  bad: { dot: "bg-bad-fill", word: "needs attention" },
  warn: { dot: "bg-warn", word: "warning" },
  unknown: { dot: "hatched-dense border border-off", word: "no news" },
};

const stay = () => {};

/** @param onGo called after a press, to close the drawer that may hold the rail. */
export function Rail({ onGo = stay }: { onGo?: () => void }) {
  const pathname = usePathname();
  const fleet = useFleet();
  const roles = fleet ? railRoles(fleet) : {};
  return (
    <nav aria-label="Places" className="flex h-full flex-col gap-4 px-3 py-3.5">
      <Link
        href="/"
        onClick={onGo}
        className="flex items-center gap-2.5 rounded-md px-2 py-1 text-[15px] font-semibold tracking-[-0.01em]"
      >
        <Logo className="size-5" /> Bulkhead
      </Link>
      <ul className="grid gap-0.5">
        {places.map((place) => (
          <RailItem
            key={place.id}
            place={place}
            here={place.path === "/" ? pathname === "/" : isInside(pathname, place.path)}
            role={roles[place.id]}
            onGo={onGo}
          />
        ))}
      </ul>
    </nav>
  );
}

const isInside = (pathname: string, path: string) => pathname === path || pathname.startsWith(`${path}/`);

interface RailItemProps {
  place: (typeof places)[number];
  here: boolean;
  role: StateRole | undefined;
  onGo: () => void;
}

function RailItem({ place, here, role, onGo }: RailItemProps) {
  const Icon = icons[place.id];
  const mark = role ? marks[role] : undefined;
  return (
    <li>
      <Link
        href={place.path}
        onClick={onGo}
        aria-current={here ? "page" : undefined}
        className={cn(
          "flex h-8 items-center gap-2.5 rounded-md px-2 text-dense text-muted transition-colors hover:bg-line/45 hover:text-text",
          here && "bg-line/60 font-medium text-text",
        )}
      >
        <Icon aria-hidden className="size-4" strokeWidth={1.75} />
        <span className="flex-1">{place.label}</span>
        {mark ? (
          <span className={cn("size-2 rounded-full", mark.dot)}>
            <span className="sr-only">{mark.word}</span>
          </span>
        ) : null}
      </Link>
    </li>
  );
}
