"use client";
/** Menus of acts: on one host, and on all hosts of a cluster. What is refused now stays in the menu and says why. */
import { Button } from "@bulkhead/ui/button.tsx";
import { Menu } from "@bulkhead/ui/menu.tsx";
import { ChevronDown, CirclePause, CirclePlay, Ellipsis, Hourglass, Play, Square } from "lucide-react";
import type { ReactNode } from "react";
import { ActItem } from "../acts/act-item.tsx";
import type { WlbsCluster, WlbsHost } from "../states/wlbs-states.ts";
import type { Act } from "./acts.ts";
import { allBlockedBy, blockedBy, type HostVerb, hostAct, hostVerbLabel, hostVerbs } from "./host-acts.ts";

const icons: Record<HostVerb, ReactNode> = {
  start: <Play aria-hidden />,
  drainstop: <Hourglass aria-hidden />,
  stop: <Square aria-hidden />,
  suspend: <CirclePause aria-hidden />,
  resume: <CirclePlay aria-hidden />,
};

type OnAct = (act: Act) => void;

export function HostMenu({ cluster, host, onAct }: { cluster: WlbsCluster; host: WlbsHost; onAct: OnAct }) {
  return (
    <Menu
      trigger={
        <Button look="quiet" size="icon" aria-label={`Acts on ${host.node}`}>
          <Ellipsis aria-hidden />
        </Button>
      }
    >
      {hostVerbs.map((verb) => (
        <ActItem
          key={verb}
          icon={icons[verb]}
          label={hostVerbLabel(verb, false)}
          reason={blockedBy(verb, host)}
          onSelect={() => onAct(hostAct(verb, cluster, host))}
        />
      ))}
    </Menu>
  );
}

/** The page's own acts: each asks all hosts side by side. */
export function ClusterActs({ cluster, onAct }: { cluster: WlbsCluster; onAct: OnAct }) {
  return (
    <Menu
      trigger={
        <Button>
          Act on all hosts <ChevronDown aria-hidden />
        </Button>
      }
    >
      {hostVerbs.map((verb) => (
        <ActItem
          key={verb}
          icon={icons[verb]}
          label={hostVerbLabel(verb, true)}
          reason={allBlockedBy(verb, cluster)}
          onSelect={() => onAct(hostAct(verb, cluster, null))}
        />
      ))}
    </Menu>
  );
}
