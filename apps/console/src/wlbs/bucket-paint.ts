/** Draws the field of 64 × 64 buckets on a canvas. Knows nothing of React. */
import { paintedHostColour } from "./host-colour.ts";

export const fieldSide = 64;

export interface FieldModel {
  owners: Uint8Array;
  /** Bucket to former owner, for the newest change. */
  moved: ReadonlyMap<number, number>;
  /** Host IDs that still hold connections in buckets they lost. */
  draining: ReadonlySet<number>;
}

export interface LitModel extends FieldModel {
  /** Bucket to light up; the others step back. */
  lit: number | null;
  /** Host to light up; the others step back. */
  litHost: number | null;
}

interface Inks {
  lightness: string;
  chroma: string;
  text: string;
  nobody: string;
  ground: string;
}

function readInks(canvas: HTMLCanvasElement): Inks {
  const style = getComputedStyle(canvas);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    lightness: read("--host-l"),
    chroma: read("--host-c"),
    text: read("--text"),
    nobody: read("--line"),
    ground: read("--surface"),
  };
}

/** Paints everything; 4096 small rectangles take well under a frame. `side` is the edge length in CSS pixels. */
export function paintField(canvas: HTMLCanvasElement, model: LitModel, side: number): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(side * ratio);
  canvas.height = canvas.width;
  const cell = canvas.width / fieldSide;
  const inks = readInks(canvas);
  const colours = new Map<number, string>();
  for (let bucket = 0; bucket < model.owners.length; bucket += 1) {
    const owner = model.owners[bucket] ?? 0;
    const colour = colours.get(owner) ?? (owner === 0 ? inks.nobody : paintedHostColour(owner, inks));
    colours.set(owner, colour);
    paintCell(context, { model, inks, bucket, colour, cell });
  }
  if (model.lit !== null) paintLit(context, { inks, bucket: model.lit, cell });
}

interface CellPaint {
  model: LitModel;
  inks: Inks;
  bucket: number;
  colour: string;
  cell: number;
}

interface InnerBox {
  x: number;
  y: number;
  size: number;
  colour: string;
}

function paintCell(
  context: CanvasRenderingContext2D,
  { model, inks, bucket, colour, cell }: CellPaint,
): void {
  const x = (bucket % fieldSide) * cell;
  const y = Math.floor(bucket / fieldSide) * cell;
  const gap = Math.max(0.5, cell * 0.08);
  const owner = model.owners[bucket] ?? 0;
  const stepsBack =
    (model.lit !== null && model.lit !== bucket) || (model.litHost !== null && model.litHost !== owner);
  context.globalAlpha = stepsBack ? 0.28 : 1;
  context.fillStyle = colour;
  context.fillRect(x, y, cell - gap, cell - gap);
  const former = model.moved.get(bucket);
  if (former === undefined) return;
  const size = cell - gap;
  const inside = { x, y, size, colour: former === 0 ? inks.nobody : paintedHostColour(former, inks) };
  if (model.draining.has(former)) paintHatch(context, inside);
  else paintFormer(context, inside, inks.ground);
}

/** A small square inside says whose bucket it was. */
function paintFormer(context: CanvasRenderingContext2D, box: InnerBox, ground: string): void {
  const square = (inset: number, colour: string) => {
    context.fillStyle = colour;
    context.fillRect(box.x + inset, box.y + inset, box.size - 2 * inset, box.size - 2 * inset);
  };
  square(box.size * 0.22, ground);
  square(box.size * 0.34, box.colour);
}

/** The former owner still holds connections in it. */
function paintHatch(context: CanvasRenderingContext2D, box: InnerBox): void {
  context.strokeStyle = box.colour;
  context.lineWidth = box.size * 0.28;
  context.beginPath();
  context.moveTo(box.x, box.y + box.size);
  context.lineTo(box.x + box.size, box.y);
  context.stroke();
}

function paintLit(
  context: CanvasRenderingContext2D,
  { inks, bucket, cell }: Omit<CellPaint, "model" | "colour">,
): void {
  const x = (bucket % fieldSide) * cell;
  const y = Math.floor(bucket / fieldSide) * cell;
  context.globalAlpha = 1;
  context.lineWidth = cell * 0.5;
  context.strokeStyle = inks.ground;
  context.strokeRect(x - cell * 0.7, y - cell * 0.7, cell * 2.3, cell * 2.3);
  context.strokeStyle = inks.text;
  context.lineWidth = cell * 0.34;
  context.strokeRect(x - cell * 0.55, y - cell * 0.55, cell * 2, cell * 2);
}
