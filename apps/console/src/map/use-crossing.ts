"use client";
/** Lets a group's chip cross over to its new owner, so that the eye sees what moved. None when the system asks for none. */
import { type RefObject, useLayoutEffect, useRef } from "react";

const crossingMs = 180;

interface Place {
  owner: string | null;
  x: number;
  y: number;
}

/** @param owners of every chip (`data-crossing`) inside the frame. */
export function useCrossing(
  frame: RefObject<HTMLElement | null>,
  owners: ReadonlyMap<string, string | null>,
): void {
  const before = useRef(new Map<string, Place>());
  useLayoutEffect(() => {
    if (!frame.current) return;
    const origin = frame.current.getBoundingClientRect();
    const after = new Map<string, Place>();
    for (const chip of frame.current.querySelectorAll<HTMLElement>("[data-crossing]")) {
      const name = chip.dataset["crossing"] ?? "";
      const box = chip.getBoundingClientRect();
      const place = { owner: owners.get(name) ?? null, x: box.x - origin.x, y: box.y - origin.y };
      after.set(name, place);
      const was = before.current.get(name);
      if (was && was.owner !== place.owner) cross(chip, was.x - place.x, was.y - place.y);
    }
    before.current = after;
  });
}

function cross(chip: HTMLElement, x: number, y: number): void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  chip.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], {
    duration: crossingMs,
    easing: "ease-out",
  });
}
