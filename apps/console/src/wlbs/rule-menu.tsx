"use client";
/** The acts on a port rule: on one host, or on all of them. */
import { Button } from "@bulkhead/ui/button.tsx";
import { Menu, MenuLine } from "@bulkhead/ui/menu.tsx";
import { CircleCheck, CircleSlash, Ellipsis, Hourglass, MessageSquareText } from "lucide-react";
import type { ReactNode } from "react";
import { ActItem } from "../acts/act-item.tsx";
import type { Act } from "./acts.ts";
import { type Question, ruleQuestion, unaskable } from "./questions.ts";
import {
  type RulePlace,
  type RuleVerb,
  ruleAct,
  ruleAllBlockedBy,
  ruleBlockedBy,
  ruleVerbLabel,
  ruleVerbs,
} from "./rule-acts.ts";

const icons: Record<RuleVerb, ReactNode> = {
  enable: <CircleCheck aria-hidden />,
  drain: <Hourglass aria-hidden />,
  disable: <CircleSlash aria-hidden />,
};

interface RuleMenuProps {
  place: RulePlace;
  onAct: (act: Act) => void;
  onAsk: (question: Question) => void;
}

export function RuleMenu({ place, onAct, onAsk }: RuleMenuProps) {
  const { cluster, rule, host } = place;
  const where = host ? `on ${host.node}` : "on all hosts";
  return (
    <Menu
      trigger={
        <Button look="quiet" size="icon" aria-label={`Acts on rule ${rule.name} ${where}`}>
          <Ellipsis aria-hidden />
        </Button>
      }
    >
      {ruleVerbs.map((verb) => (
        <ActItem
          key={verb}
          icon={icons[verb]}
          label={ruleVerbLabel(verb, host === null)}
          reason={host ? ruleBlockedBy(verb, rule, host) : ruleAllBlockedBy(verb, rule, cluster)}
          onSelect={() => onAct(ruleAct(verb, place))}
        />
      ))}
      <MenuLine />
      <ActItem
        icon={<MessageSquareText aria-hidden />}
        label={host ? "Ask the host (queryport)" : "Ask all hosts (queryport)"}
        reason={unaskable("queryport", host ? [host] : cluster.hosts)}
        onSelect={() => onAsk(ruleQuestion(cluster, rule, host))}
      />
    </Menu>
  );
}
