"use client";
/** Draws each breach: a torn gap in the wall and a red line between exactly the things that clash. */
import { type RefObject, useEffect, useState } from "react";
import { type Box, type BreachPicture, drawBreach } from "./breach-geometry.ts";
import type { Breach } from "./breaches.ts";

/** @param frame the box that holds rooms and wall. */
export function BreachLines({
  frame,
  breaches,
}: {
  frame: RefObject<HTMLDivElement | null>;
  breaches: readonly Breach[];
}) {
  const [pictures, setPictures] = useState<BreachPicture[]>([]);
  useEffect(() => {
    const element = frame.current;
    if (!element || breaches.length === 0) return;
    // The observer also calls once at the start.
    const observer = new ResizeObserver(() => setPictures(measure(element, breaches)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame, breaches]);
  if (breaches.length === 0) return null;
  return (
    <svg aria-hidden="true" className="pointer-events-none absolute inset-0 z-20 size-full overflow-visible">
      {pictures.map((picture) => (
        <g key={picture.tear} className="stroke-bad-fill" fill="none" strokeWidth={2}>
          <path d={picture.tear} className="fill-bad-soft" strokeLinejoin="round" />
          {picture.lines.map((line) => (
            <path key={line} d={line} strokeDasharray="6 4" />
          ))}
          {picture.ends.map((end) => (
            <circle
              key={`${end.x} ${end.y}`}
              cx={end.x}
              cy={end.y}
              r={5}
              className="fill-bad-fill"
              stroke="none"
            />
          ))}
        </g>
      ))}
    </svg>
  );
}

function measure(frame: HTMLElement, breaches: readonly Breach[]): BreachPicture[] {
  const origin = frame.getBoundingClientRect();
  const boxOf = (element: Element | null): Box[] => {
    if (!element) return [];
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return [
      {
        left: left - origin.left,
        right: right - origin.left,
        top: top - origin.top,
        bottom: bottom - origin.top,
      },
    ];
  };
  const [wall] = boxOf(frame.querySelector("[data-map-wall]"));
  const [plate] = boxOf(frame.querySelector("[data-map-plate]"));
  if (!wall) return [];
  const stage = { width: origin.width, wall, plateRight: plate?.right ?? 0 };
  return breaches.map((breach, i) =>
    drawBreach(
      breach.keys.flatMap((key) => boxOf(frame.querySelector(`[data-map-object~="${CSS.escape(key)}"]`))),
      stage,
      i,
    ),
  );
}
