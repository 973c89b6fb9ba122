/** The words after `npm run bench:wlbs --`. */
import { parseArgs } from "node:util";
import type { Figure } from "./figure.ts";

export interface Options {
  only: string[];
  json: string | null;
  /** A bundled half to measure instead of this checkout's. */
  half: string | null;
  minutes: number;
  isQuick: boolean;
  isList: boolean;
  /** Tells what is missing as JSON, and does nothing else. */
  isCheck: boolean;
  /** Set when this process is to measure one figure, in namespaces of its own: the directory for its files. */
  inside: string | null;
}

/** Throws Error with a sentence for a person when a word is not known or a number makes no sense. */
export function readOptions(words: readonly string[], figures: readonly Figure[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: "string" },
      json: { type: "string" },
      half: { type: "string" },
      minutes: { type: "string" },
      quick: { type: "boolean" },
      list: { type: "boolean" },
      check: { type: "boolean" },
      inside: { type: "string" },
    },
  });
  const names = figures.map(({ name }) => name);
  const only = values.only?.split(",") ?? names;
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no figure "${unknown.join(", ")}". There are: ${names.join(", ")}.`);
  const isQuick = values.quick ?? false;
  const minutes = Number(values.minutes ?? (isQuick ? 1 : 10));
  if (!(minutes > 0)) throw new Error(`--minutes wants a number above 0, not "${values.minutes}".`);
  return {
    only,
    json: values.json ?? null,
    half: values.half ?? null,
    minutes,
    isQuick,
    isList: values.list ?? false,
    isCheck: values.check ?? false,
    inside: values.inside ?? null,
  };
}
