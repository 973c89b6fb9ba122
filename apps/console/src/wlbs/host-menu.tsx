"use client";
/** Menus of acts: on one host, and on all hosts of a cluster. What is refused now stays in the menu and says why. */
import { Button } from "@bulkhead/ui/button.tsx";
import { Menu, MenuLine } from "@bulkhead/ui/menu.tsx";
import {
  ChevronDown,
  CircleHelp,
  CirclePause,
  CirclePlay,
  Ellipsis,
  Hourglass,
  Network,
  Play,
  RefreshCw,
  Square,
} from "lucide-react";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { ActItem } from "../acts/act-item.tsx";
import { wlbsAskPath } from "../shell/places.ts";
import type { WlbsCluster, WlbsHost } from "../states/wlbs-states.ts";
import type { Act } from "./acts.ts";
import { allBlockedBy, blockedBy, type HostVerb, hostAct, hostVerbLabel, hostVerbs } from "./host-acts.ts";
import { QuestionItems } from "./question-items.tsx";
import { macsQuestion, type Question } from "./questions.ts";

const icons: Record<HostVerb, ReactNode> = {
  start: <Play aria-hidden />,
  drainstop: <Hourglass aria-hidden />,
  stop: <Square aria-hidden />,
  suspend: <CirclePause aria-hidden />,
  resume: <CirclePlay aria-hidden />,
  reload: <RefreshCw aria-hidden />,
};

interface MenuProps {
  cluster: WlbsCluster;
  onAct: (act: Act) => void;
  onAsk: (question: Question) => void;
}

export function HostMenu({ cluster, host, onAct, onAsk }: MenuProps & { host: WlbsHost }) {
  const router = useRouter();
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
      <MenuLine />
      <QuestionItems cluster={cluster} host={host} onAsk={onAsk}>
        <ActItem
          icon={<CircleHelp aria-hidden />}
          label="Would it accept a client (filter)"
          reason={null}
          onSelect={() => router.push(wlbsAskPath(cluster.name, host.node))}
        />
      </QuestionItems>
    </Menu>
  );
}

/** The page's own acts: each asks all hosts side by side. */
export function ClusterActs({ cluster, onAct, onAsk }: MenuProps) {
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
      <MenuLine />
      <QuestionItems cluster={cluster} host={null} onAsk={onAsk}>
        <ActItem
          icon={<Network aria-hidden />}
          label="Cluster MACs of an address (ip2mac)"
          reason={null}
          onSelect={() => onAsk(macsQuestion(cluster))}
        />
      </QuestionItems>
    </Menu>
  );
}
