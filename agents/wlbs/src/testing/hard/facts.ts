/** What the proofs under hardship print, as far as `hardship.lab.test.ts` judges it. */

export type Takers = Record<string, number>;

interface Checked {
  same: number;
  of: number;
}

interface Told {
  text: string;
  cure: string;
  evidence: string[];
  tookMs: number;
}

export interface Proofs {
  machine: MachineFacts;
  segment: SegmentFacts;
  leaving: Record<string, Left>;
  kinds: KindsFacts;
}

interface Blow {
  finding: Told;
  onHost2: number;
  during: Takers;
  after: Takers;
  held: Checked;
}

interface PutBack {
  warning: string;
  backMs: number;
  held: Checked;
  after: Takers;
}

interface Kept {
  answer: { code: string };
  complaint: string;
  during: Takers;
  after: Takers;
}

export interface MachineFacts {
  link: Blow;
  deleted: Blow;
  renamed: Blow;
  "nft gone at start": Omit<Blow, "held" | "onHost2"> & { lastError: string };
  "nft refuses": Blow;
  "nft hangs": Blow;
  flushed: PutBack;
  "table gone": PutBack;
  "another layout": PutBack;
  "taken apart": PutBack;
  "another's table": { untouched: boolean; held: Checked; after: Takers };
  "full disk": Kept;
  "read-only disk": Kept;
  "stopped process": { held: Checked };
  memory: { complaint: string; held: Checked; after: Takers };
  answers: { connections: number; twice: number; refused: number };
}

interface Visit {
  finding: Told;
  own: { kind: string }[];
  isAdmitted: boolean;
  held: Checked;
}

export interface SegmentFacts {
  "duplicate host id": Visit;
  forged: Visit;
  "strange key": Visit;
  filtered: { findings: Told[]; onThird: unknown };
  "duplicate vip": { found: Told; bothMs: number };
  split: { sides: Told[]; held: Checked };
  "clock jumps": { stale: number[]; isSaid: boolean; takers: Takers };
  "wrong clock": { findings: Told[] };
  after: { takers: Takers };
  answers: { connections: number; twice: number; refused: number };
}

interface Left {
  during: number;
  stopped: string[];
  released: string[];
  killed: number;
  releasedLater: string[];
}

interface KindsFacts {
  sticky: { clients: number; moved: string[]; movedPlain: number; again: string[] };
  fragments: { datagrams: number; whole: number; hosts: number };
}
