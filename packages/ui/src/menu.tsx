"use client";
/** A menu on a button. */
import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";

const itemLook =
  "flex w-full cursor-default items-center gap-2 rounded-sm px-2 py-1.5 text-dense outline-none select-none data-[disabled]:opacity-50 data-[highlighted]:bg-sunken [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted";

/** @param trigger the button element that opens it. */
export function Menu({
  trigger,
  children,
  align = "end",
}: {
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "end";
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={6} className="z-50 outline-none">
          <Base.Popup className="min-w-44 rounded-md bg-surface p-1 shadow-(--shadow) outline-none transition-opacity duration-150 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** One act in a menu. */
export function MenuItem({
  onSelect,
  children,
  disabled = false,
}: {
  onSelect: () => void;
  children: ReactNode;
  disabled?: boolean;
}) {
  return (
    <Base.Item className={itemLook} onClick={onSelect} disabled={disabled}>
      {children}
    </Base.Item>
  );
}

const groupLook = "px-2 pt-1.5 pb-1 text-[12px] text-muted";

/** Acts that belong together, under a word of their own. */
export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className={groupLook}>{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

/** One of several, the present one marked. */
export function MenuChoice<T extends string>(props: {
  value: T;
  onChange: (value: T) => void;
  label: string;
  options: readonly { value: T; label: string }[];
}) {
  return (
    <Base.Group>
      <Base.GroupLabel className={groupLook}>{props.label}</Base.GroupLabel>
      <Base.RadioGroup value={props.value} onValueChange={(value: T) => props.onChange(value)}>
        {props.options.map((option) => (
          <Base.RadioItem key={option.value} value={option.value} className={itemLook} closeOnClick>
            <span className="size-3.5 rounded-full border border-line-strong p-0.5">
              <Base.RadioItemIndicator className="block size-full rounded-full bg-ink" />
            </span>
            {option.label}
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

/** A thin line between groups of acts. */
export function MenuLine() {
  return <Base.Separator className="-mx-1 my-1 h-px bg-line" />;
}
