"use client";
/** The command palette: one field, one list, arrow keys, enter. */
import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { Search } from "lucide-react";
import type { ReactNode } from "react";

export interface PaletteItem {
  /** Unique; also what the list is keyed by. */
  value: string;
  label: string;
  /** Small text at the right: what kind of thing it is. */
  hint?: string;
  icon?: ReactNode;
  onSelect: () => void;
}

export interface PaletteProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  items: readonly PaletteItem[];
  placeholder: string;
}

/** Filtering is by label and hint. */
export function Palette({ open, onOpenChange, items, placeholder }: PaletteProps) {
  const choose = (item: PaletteItem) => {
    onOpenChange(false);
    item.onSelect();
  };
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/35" />
        <Dialog.Popup
          aria-label="Search and commands"
          className="fixed top-[10vh] left-1/2 z-50 flex max-h-[70vh] w-[min(560px,calc(100vw-2rem))] -translate-x-1/2 flex-col overflow-hidden rounded-xl bg-surface shadow-(--shadow) outline-none"
        >
          <Autocomplete.Root
            open
            inline
            items={items}
            autoHighlight="always"
            keepHighlight
            itemToStringValue={(item: PaletteItem) => `${item.label} ${item.hint ?? ""}`}
          >
            <label className="flex items-center gap-2.5 border-b px-4">
              <Search aria-hidden className="size-4 text-muted" />
              <Autocomplete.Input
                placeholder={placeholder}
                className="h-12 w-full bg-transparent text-[15px] outline-none placeholder:text-muted"
              />
            </label>
            <Autocomplete.Empty className="px-4 text-muted not-empty:py-6">
              Nothing by that name.
            </Autocomplete.Empty>
            <Autocomplete.List className="overflow-y-auto p-1.5 empty:p-0">
              {(item: PaletteItem) => (
                <Autocomplete.Item
                  key={item.value}
                  value={item}
                  onClick={() => choose(item)}
                  className="flex cursor-default items-center gap-2.5 rounded-md px-2.5 py-2 outline-none select-none data-[highlighted]:bg-sunken [&_svg]:size-4 [&_svg]:text-muted"
                >
                  {item.icon}
                  <span className="flex-1 truncate">{item.label}</span>
                  <span className="text-dense text-muted">{item.hint}</span>
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
