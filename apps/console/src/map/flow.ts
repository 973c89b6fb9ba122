/** The band that leads a share of the bar into the tile of its host, in a box 1000 wide and 100 high. Pure. */

const width = 1000;
const height = 100;
/** The tile stands a little inside its cell. */
const cellInset = 5;

export interface FlowBand {
  /** Edges of the share on the bar, 0 to 1. */
  from: number;
  to: number;
  /** Which of how many equally wide cells. */
  cell: number;
  cells: number;
}

/** SVG path with soft shoulders. */
export function flowPath({ from, to, cell, cells }: FlowBand): string {
  const [a, b] = [from * width, to * width];
  const left = (cell / cells) * width + cellInset;
  const right = ((cell + 1) / cells) * width - cellInset;
  const mid = height / 2;
  const n = (value: number) => Math.round(value * 10) / 10;
  return `M${n(a)} 0 C${n(a)} ${mid} ${n(left)} ${mid} ${n(left)} ${height} L${n(right)} ${height} C${n(right)} ${mid} ${n(b)} ${mid} ${n(b)} 0 Z`;
}
