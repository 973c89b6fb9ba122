/** Where a breach is torn into the wall and how its line runs to the things that clash. Pixels of the map. Pure. */

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Stage {
  width: number;
  wall: { top: number; bottom: number };
  /** Left of this the wall carries its inscription. */
  plateRight: number;
}

export interface BreachPicture {
  /** Outline of the gap. */
  tear: string;
  /** Lines from the gap to the clashing things. */
  lines: string[];
  /** Ends of the lines, on the things themselves. */
  ends: { x: number; y: number }[];
}

const gapHalfPx = 30;
const toothPx = 8;
/** Lines turn this far from the wall. */
const turnPx = 8;
/** Things wider than this part of the map are left by their side, so that the line does not cross what hangs below. */
const wideFraction = 0.6;

const middle = (box: Box) => (box.left + box.right) / 2;

/** Line from a thing in the front room down to the gap. */
function fromFront(box: Box, gapX: number, stage: Stage) {
  const wide = box.right - box.left > stage.width * wideFraction;
  const start = wide ? { x: box.right, y: (box.top + box.bottom) / 2 } : { x: middle(box), y: box.bottom };
  const across = wide ? `H${box.right + turnPx} ` : "";
  return {
    end: start,
    line: `M${start.x} ${start.y} ${across}V${stage.wall.top - turnPx} H${gapX} V${stage.wall.top}`,
  };
}

/** Line from the gap down to a thing in the back room. */
function toBack(box: Box, gapX: number, stage: Stage) {
  const end = { x: middle(box), y: box.top };
  return { end, line: `M${gapX} ${stage.wall.bottom} V${stage.wall.bottom + turnPx} H${end.x} V${end.y}` };
}

/** A gap with ragged edges across the whole thickness of the wall. */
function tearAt(x: number, wall: Stage["wall"]): string {
  const step = (wall.bottom - wall.top) / 4;
  const side = (sign: number) =>
    [0, 1, 2, 3, 4].map((i) => `${x + sign * (gapHalfPx - (i % 2) * toothPx)} ${wall.top + i * step}`);
  return `M${side(-1).join(" L")} L${side(1).toReversed().join(" L")} Z`;
}

/**
 * @param boxes the clashing things that are on the map.
 * @param place the how-manieth breach this is, so that two of them do not cover each other.
 */
export function drawBreach(boxes: readonly Box[], stage: Stage, place: number): BreachPicture {
  const front = boxes.filter((box) => box.bottom <= stage.wall.top + 1);
  const back = boxes.filter((box) => box.top >= stage.wall.bottom - 1);
  const first = front[0] ?? back[0];
  const wished = (first ? Math.min(middle(first), stage.width) : stage.width / 2) + place * gapHalfPx * 3;
  const x = Math.round(
    Math.max(stage.plateRight + gapHalfPx * 1.5, Math.min(stage.width - gapHalfPx * 1.5, wished)),
  );
  const runs = [...front.map((box) => fromFront(box, x, stage)), ...back.map((box) => toBack(box, x, stage))];
  return {
    tear: tearAt(x, stage.wall),
    lines: runs.map((run) => run.line),
    ends: runs.map((run) => run.end),
  };
}
