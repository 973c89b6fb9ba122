"use client";
/** One entry of a menu of acts. What is refused now stays in the menu and says why. */
import { MenuItem } from "@bulkhead/ui/menu.tsx";
import type { ReactNode } from "react";

export function ActItem(props: {
  icon?: ReactNode;
  label: string;
  reason: string | null;
  onSelect: () => void;
}) {
  return (
    <MenuItem onSelect={props.onSelect} disabled={props.reason !== null}>
      {props.icon}
      <span>
        {props.label}
        {props.reason ? (
          <span className="block max-w-64 text-[12px] leading-4 text-muted">{props.reason}</span>
        ) : null}
      </span>
    </MenuItem>
  );
}
