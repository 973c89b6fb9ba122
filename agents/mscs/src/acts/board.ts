/** The acts of this node: those under way and the last few that ended, kept on the disk so that a restart forgets none. */
import { join } from "node:path";
import type { MscsAct } from "@bulkhead/core/mscs";
import { createSerialQueue } from "@bulkhead/runtime";
import { readOrNull, writeIfChanged } from "../files.ts";

/** What a status may carry. */
const actsMax = 16;
const stepsMax = 32;

export interface ActBoard {
  /** Newest first. */
  acts(): MscsAct[];
  find(id: string): MscsAct | undefined;
  /** Puts an act on the board, or a newer version of one that is there. */
  put(act: MscsAct): Promise<void>;
  /** Adds a step and what is awaited. */
  note(id: string, step: { at: number; text: string }): Promise<void>;
  /** What is awaited now; not worth a write. */
  say(id: string, message: string): void;
  /** What a former life of the agent has left; to be called once, before the first act. */
  load(): Promise<MscsAct[]>;
}

export function createActBoard(options: { stateDir: string; onChange(): void }): ActBoard {
  const file = join(options.stateDir, "acts.json");
  const queue = createSerialQueue();
  let acts: MscsAct[] = [];

  /** One write after the other: two acts may go on at once. */
  async function save(): Promise<void> {
    options.onChange();
    await queue.run(() => writeIfChanged(file, JSON.stringify(acts), 0o600));
  }

  function change(id: string, changes: (act: MscsAct) => Partial<MscsAct>): void {
    acts = acts.map((act) => (act.id === id ? { ...act, ...changes(act) } : act));
  }

  return {
    acts: () => acts,
    find: (id) => acts.find((act) => act.id === id),
    put(act) {
      acts = [act, ...acts.filter((other) => other.id !== act.id)];
      // What is under way stays on the board however many came after it.
      const running = acts.filter(({ state }) => state === "running");
      const ended = acts.filter(({ state }) => state !== "running");
      const kept = new Set([...running, ...ended.slice(0, Math.max(0, actsMax - running.length))]);
      acts = acts.filter((other) => kept.has(other));
      return save();
    },
    note(id, step) {
      change(id, (act) => ({ message: step.text, steps: [...act.steps, step].slice(-stepsMax) }));
      return save();
    },
    say(id, message) {
      if (acts.find((act) => act.id === id)?.message === message) return;
      change(id, () => ({ message }));
      options.onChange();
    },
    async load() {
      const text = (await readOrNull(file))?.toString("utf8");
      acts = text === undefined ? [] : readActs(text);
      return acts;
    },
  };
}

/** A file that was cut off by a full disk is worth no act. */
function readActs(text: string): MscsAct[] {
  try {
    return JSON.parse(text) as MscsAct[];
  } catch {
    return [];
  }
}
