"use client";
/** The part of a menu that only asks: what cannot be asked now stays and says why. */
import { MenuGroup } from "@bulkhead/ui/menu.tsx";
import { MessageSquareText } from "lucide-react";
import type { ReactNode } from "react";
import { ActItem } from "../acts/act-item.tsx";
import type { WlbsCluster, WlbsHost } from "../states/wlbs-states.ts";
import { hostsQuestion, type Question, questionLabel, questionVerbs, unaskable } from "./questions.ts";

interface QuestionItemsProps {
  cluster: WlbsCluster;
  /** Null = all hosts, side by side. */
  host: WlbsHost | null;
  onAsk: (question: Question) => void;
  /** Questions of another kind, after these. */
  children?: ReactNode;
}

export function QuestionItems({ cluster, host, onAsk, children }: QuestionItemsProps) {
  return (
    <MenuGroup label={host ? "Ask the host" : "Ask all hosts"}>
      {questionVerbs.map((verb) => (
        <ActItem
          key={verb}
          icon={<MessageSquareText aria-hidden />}
          label={questionLabel(verb)}
          reason={unaskable(verb, host ? [host] : cluster.hosts)}
          onSelect={() => onAsk(hostsQuestion(verb, cluster, host))}
        />
      ))}
      {children}
    </MenuGroup>
  );
}
