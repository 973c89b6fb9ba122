/** A frozen case before it has been played: where it lies, its title, and what is done in it. */
export interface CaseText {
  /** Group and file, for example "join/third-of-3". */
  name: string;
  /** First line is the title. */
  text: string;
}

/** `[1 .. n]`. */
export function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

/** A case from a title and lines; empty lines are left out. */
export function makeCase(name: string, title: string, ...lines: (string | readonly string[])[]): CaseText {
  const body = lines.flat().filter((line) => line !== "");
  return { name, text: [title, "", ...body].join("\n") };
}

/** A cluster of `hosts` with one rule, all started and settled. */
export function running(hosts: number, rule = "rule http multiple", partition = ""): string[] {
  return [`cluster ${hosts} ${partition}`.trim(), rule, `boot ${upTo(hosts).join(" ")}`, "settle"];
}

/** `nth(2)` = "second". */
export function nth(n: number): string {
  return ["", "first", "second", "third", "fourth", "fifth", "sixth"][n] ?? `${n}th`;
}
