"use client";
/** What can be done with the pair as a whole. */
import { Button } from "@bulkhead/ui/button.tsx";
import { Menu, MenuItem, MenuLine } from "@bulkhead/ui/menu.tsx";
import { ChevronDown, Eraser, FileCode2, Plus, Undo2, Wrench } from "lucide-react";
import { useRouter } from "next/navigation";
import { ActItem } from "../../acts/act-item.tsx";
import { groupFormPath, pairFormPath } from "../../shell/places.ts";
import type { MscsCluster } from "../../states/mscs-states.ts";
import { type PairVerb, pairOrderAct, pairVerbBlockedBy } from "./node-acts.ts";
import type { PairAct } from "./pair-act.ts";

export function PairMenu({ cluster, onAct }: { cluster: MscsCluster; onAct: (act: PairAct) => void }) {
  const router = useRouter();
  const item = (verb: PairVerb, label: string, icon: React.ReactNode) => (
    <ActItem
      icon={icon}
      label={label}
      reason={pairVerbBlockedBy(verb, cluster)}
      onSelect={() => onAct(pairOrderAct(verb, cluster))}
    />
  );
  return (
    <Menu
      trigger={
        <Button>
          Act on the pair <ChevronDown aria-hidden />
        </Button>
      }
    >
      <MenuItem onSelect={() => router.push(groupFormPath(cluster.name, null))}>
        <Plus aria-hidden /> New group
      </MenuItem>
      <MenuItem onSelect={() => router.push(pairFormPath(cluster.name))}>
        <FileCode2 aria-hidden /> Edit the pair
      </MenuItem>
      <MenuLine />
      {cluster.view?.isMaintenance
        ? item("maintenanceOff", "End maintenance", <Wrench aria-hidden />)
        : item("maintenanceOn", "Begin maintenance", <Wrench aria-hidden />)}
      {item("clear", "Clear all failures", <Eraser aria-hidden />)}
      {item("revert", "Revert to the fleet file", <Undo2 aria-hidden />)}
    </Menu>
  );
}
