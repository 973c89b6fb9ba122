"use client";
/** Ctrl/Cmd-K: places, clusters, hosts and groups by name. */
import type { PaletteItem } from "@bulkhead/ui/palette.tsx";
import { ArrowLeftRight, Plus, Search, Server, Split } from "lucide-react";
import { useRouter } from "next/navigation";
import { lazy, Suspense, useEffect, useState } from "react";
import { useFleet } from "../live/live-provider.tsx";
import {
  adoptPath,
  mscsPath,
  newDeploymentPath,
  nodePath,
  pairFormPath,
  places,
  wlbsPath,
} from "./places.ts";
import { placeIcon } from "./rail.tsx";

/** Loaded with the first use. */
const Palette = lazy(async () => ({ default: (await import("@bulkhead/ui/palette.tsx")).Palette }));

function useItems(): PaletteItem[] {
  const router = useRouter();
  const fleet = useFleet();
  const go = (path: string) => () => router.push(path);
  const toPlaces = places.map((place): PaletteItem => {
    const Icon = placeIcon(place.id);
    return {
      value: `place:${place.id}`,
      label: place.label,
      hint: "Go to",
      icon: <Icon aria-hidden />,
      onSelect: go(place.path),
    };
  });
  const acts: PaletteItem[] = [
    {
      value: "act:deploy",
      label: "New deployment",
      hint: "Act",
      icon: <Plus aria-hidden />,
      onSelect: go(newDeploymentPath),
    },
    {
      value: "act:pair",
      label: "New pair",
      hint: "Act",
      icon: <Plus aria-hidden />,
      onSelect: go(pairFormPath(null)),
    },
    {
      value: "act:adopt",
      label: "Adopt a pair",
      hint: "Act",
      icon: <Plus aria-hidden />,
      onSelect: go(adoptPath()),
    },
    {
      value: "act:enrol",
      label: "Enrol a node",
      hint: "Act",
      icon: <Plus aria-hidden />,
      onSelect: go("/nodes?enrol"),
    },
  ];
  const wlbs = (fleet?.wlbs ?? []).map(
    (cluster): PaletteItem => ({
      value: `wlbs:${cluster.name}`,
      label: cluster.name,
      hint: `WLBS cluster · ${cluster.vips[0]?.address ?? ""}`,
      icon: <Split aria-hidden />,
      onSelect: go(wlbsPath(cluster.name)),
    }),
  );
  const mscs = (fleet?.mscs ?? []).map(
    (cluster): PaletteItem => ({
      value: `mscs:${cluster.name}`,
      label: cluster.name,
      hint: "MSCS pair",
      icon: <ArrowLeftRight aria-hidden />,
      onSelect: go(mscsPath(cluster.name)),
    }),
  );
  const groups = (fleet?.mscs ?? []).flatMap((cluster) =>
    cluster.groups.map(
      (group): PaletteItem => ({
        value: `group:${cluster.name}/${group.name}`,
        label: group.name,
        hint: `Group of ${cluster.name}`,
        icon: <ArrowLeftRight aria-hidden />,
        onSelect: go(mscsPath(cluster.name)),
      }),
    ),
  );
  const nodes = (fleet?.nodes ?? []).map((node): PaletteItem => {
    const path =
      node.role === "wlbs" && node.cluster
        ? wlbsPath(node.cluster)
        : node.role && node.cluster
          ? mscsPath(node.cluster)
          : nodePath(node.name);
    return {
      value: `node:${node.name}`,
      label: node.name,
      hint: node.cluster ? `Node of ${node.cluster}` : "Node",
      icon: <Server aria-hidden />,
      onSelect: go(path),
    };
  });
  return [...toPlaces, ...acts, ...wlbs, ...mscs, ...groups, ...nodes];
}

/** The button in the top bar, and the shortcut. */
export function CommandPalette() {
  const [open, setOpen] = useState(false);
  const items = useItems();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen((was) => !was);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        aria-keyshortcuts="Control+K Meta+K"
        className="inline-flex h-8 items-center gap-2 rounded-md border bg-surface px-2.5 text-dense text-muted hover:text-text sm:min-w-52"
      >
        <Search aria-hidden className="size-3.5" />
        <span className="hidden flex-1 text-left sm:block">Search and commands</span>
        <span className="sr-only sm:hidden">Search and commands</span>
        <kbd className="hidden font-sans text-[11px] sm:block">Ctrl K</kbd>
      </button>
      {open ? (
        <Suspense>
          <Palette open onOpenChange={setOpen} items={items} placeholder="Go to a place, a cluster, a host" />
        </Suspense>
      ) : null}
    </>
  );
}
