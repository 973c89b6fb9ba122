"use client";
/** Who is signed in, theme, and the way out. */
import { Menu, MenuChoice, MenuItem, MenuLine } from "@bulkhead/ui/menu.tsx";
import { useQuery } from "@tanstack/react-query";
import { LogOut, Settings } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTRPC } from "../api/trpc.ts";
import { signOut } from "../auth/session.ts";
import { themeOptions, useTheme } from "./theme.ts";

/** Initials in a round button; a menu under it. */
export function PersonMenu() {
  const trpc = useTRPC();
  const me = useQuery(trpc.session.me.queryOptions());
  const [theme, setTheme] = useTheme();
  const router = useRouter();
  const name = me.data?.name ?? "";
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Account: ${name}`}
          className="grid size-8 place-items-center rounded-full bg-line/70 text-[12px] font-semibold hover:bg-line"
        >
          {initials(name)}
        </button>
      }
    >
      <p className="px-2 pt-1.5 pb-1 text-dense font-medium">{name}</p>
      <MenuLine />
      <MenuChoice label="Theme" value={theme} onChange={setTheme} options={themeOptions} />
      <MenuLine />
      <MenuItem onSelect={() => router.push("/settings")}>
        <Settings aria-hidden /> Settings
      </MenuItem>
      <MenuItem onSelect={() => void signOut()}>
        <LogOut aria-hidden /> Sign out
      </MenuItem>
    </Menu>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? "") + (words.length > 1 ? (words.at(-1)?.[0] ?? "") : "")).toUpperCase();
}
