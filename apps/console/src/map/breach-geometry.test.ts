/** The tear must lie in the wall, clear of the inscription, and the lines must end on the things that clash. */
import { expect, test } from "vitest";
import { drawBreach, type Stage } from "./breach-geometry.ts";

const stage: Stage = { width: 1000, wall: { top: 300, bottom: 344 }, plateRight: 150 };
const tile = { left: 600, right: 800, top: 200, bottom: 280 };
const chip = { left: 40, right: 160, top: 420, bottom: 460 };

test("a tile and a chip are joined through the wall", () => {
  const picture = drawBreach([tile, chip], stage, 0);
  expect(picture.ends).toEqual([
    { x: 700, y: 280 },
    { x: 100, y: 420 },
  ]);
  expect(picture.lines).toEqual(["M700 280 V292 H700 V300", "M700 344 V352 H100 V420"]);
  expect(picture.tear.startsWith("M670 300")).toBe(true);
});

test("the inscription is never torn, nor the edge passed", () => {
  expect(drawBreach([chip], stage, 0).tear.startsWith("M165 300")).toBe(true);
  expect(drawBreach([{ ...tile, left: 900, right: 1000 }], stage, 3).tear.startsWith("M925 300")).toBe(true);
});

test("a bar as wide as the room is left by its side", () => {
  const bar = { left: 20, right: 980, top: 40, bottom: 80 };
  expect(drawBreach([bar], stage, 0).lines[0]).toBe("M980 60 H988 V292 H500 V300");
});
