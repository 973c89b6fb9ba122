"use client";
/** Draws each breach: a torn gap in the wall and a red line between exactly the things that clash. */
import { type RefObject, useEffect, useState } from "react";
import type { Breach } from "./breaches.ts";

interface Point {
  x: number;
  y: number;
}

interface Drawn {
  id: string;
  /** Ends of the line, outside of the wall. */
  ends: Point[];
  gap: Point;
}

interface Picture {
  width: number;
  height: number;
  wall: { top: number; bottom: number };
  drawn: Drawn[];
}

const gapHalfPx = 34;

/** @param frame the box that holds rooms and wall. */
export function BreachLines({
  frame,
  breaches,
}: {
  frame: RefObject<HTMLDivElement | null>;
  breaches: readonly Breach[];
}) {
  const [picture, setPicture] = useState<Picture | null>(null);
  useEffect(() => {
    const element = frame.current;
    if (!element || breaches.length === 0) return;
    // The observer also calls once at the start.
    const observer = new ResizeObserver(() => setPicture(measure(element, breaches)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame, breaches]);
  if (!picture || breaches.length === 0) return null;
  const { wall, width, height } = picture;
  return (
    <svg
      aria-hidden="true"
      width={width}
      height={height}
      className="pointer-events-none absolute inset-0 z-20 overflow-visible"
    >
      {picture.drawn.map((breach) => (
        <g key={breach.id} className="stroke-bad-fill" fill="none">
          <path
            d={tear(breach.gap.x, wall)}
            className="fill-bad-soft"
            strokeWidth={2}
            strokeLinejoin="round"
          />
          {breach.ends.map((end) => (
            <g key={`${end.x} ${end.y}`}>
              <path
                d={`M${end.x} ${end.y} L${breach.gap.x} ${end.y < breach.gap.y ? wall.top : wall.bottom} L${breach.gap.x} ${breach.gap.y}`}
                strokeWidth={2}
                strokeDasharray="6 4"
              />
              <circle cx={end.x} cy={end.y} r={5} className="fill-bad-fill" stroke="none" />
            </g>
          ))}
        </g>
      ))}
    </svg>
  );
}

/** A gap with ragged edges across the whole thickness of the wall. */
function tear(x: number, wall: { top: number; bottom: number }): string {
  const step = (wall.bottom - wall.top) / 4;
  const side = (sign: number) =>
    [0, 1, 2, 3, 4].map((i) => `${x + sign * (gapHalfPx - (i % 2) * 9)} ${wall.top + i * step}`);
  return `M${side(-1).join(" L")} L${side(1).toReversed().join(" L")} Z`;
}

function measure(frame: HTMLElement, breaches: readonly Breach[]): Picture | null {
  const box = frame.getBoundingClientRect();
  const wallBox = frame.querySelector("[data-map-wall]")?.getBoundingClientRect();
  if (!wallBox) return null;
  const wall = { top: wallBox.top - box.top, bottom: wallBox.bottom - box.top };
  const middle = (wall.top + wall.bottom) / 2;
  const drawn = breaches.map((breach, i): Drawn => {
    const ends = breach.keys.flatMap((key): Point[] => {
      const object = frame.querySelector(`[data-map-object="${CSS.escape(key)}"]`)?.getBoundingClientRect();
      if (!object) return [];
      const above = object.bottom - box.top < middle;
      return [
        {
          x: object.left - box.left + object.width / 2,
          y: above ? object.bottom - box.top : object.top - box.top,
        },
      ];
    });
    // Without anything to point at, breaches stand side by side.
    const x =
      ends.length > 0
        ? ends.reduce((sum, end) => sum + end.x, 0) / ends.length
        : (box.width * (i + 1)) / (breaches.length + 1);
    return { id: breach.id, ends, gap: { x, y: middle } };
  });
  return { width: box.width, height: box.height, wall, drawn };
}
