/**
 * Frozen cases: a text in which lines at the margin are what is done to a small cluster in calm weather, and the
 * indented lines below each are what came of it. Playing a transcript writes the indented lines anew; a case holds
 * when they are the same as before.
 */
import { CaseCluster } from "./cluster.ts";
import { VERBS } from "./verbs.ts";

/** Indentation of what the machine has said. */
const OUTPUT = "  ";

/** The text with what the machine says now. The first line is the title, `#` begins a remark. Throws for unknown verbs. */
export function playTranscript(text: string): string {
  const [title = "", ...rest] = text.trimEnd().split("\n");
  const cluster = new CaseCluster();
  const lines = rest
    .filter((line) => !line.startsWith(OUTPUT))
    .flatMap((line) => [line, ...playLine(cluster, line).map((said) => OUTPUT + said)]);
  return `${[title, ...lines].join("\n")}\n`;
}

function playLine(cluster: CaseCluster, line: string): string[] {
  if (line === "" || line.startsWith("#")) return [];
  const [name = "", ...words] = line.split(" ");
  const verb = VERBS[name];
  if (!verb) throw new Error(`"${name}" is no verb of a case; they are: ${Object.keys(VERBS).join(", ")}`);
  const said = verb(cluster, words);
  const broken = cluster.takeViolations().map(({ check, text }) => `BROKEN ${check}: ${text}`);
  return [...(said ?? []), ...broken];
}
