/** A validation report as one page without anything from elsewhere: to be read, printed, and filed. */
import { createHash } from "node:crypto";
import type { ValidationCategory, ValidationReport, ValidationTest } from "@bulkhead/core/mscs";

const style = `
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1a1d21; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid #c9ced6; padding-bottom: .25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1rem 0; } dt { color: #5a6270; } dd { margin: 0; overflow-wrap: anywhere; }
article { display: grid; grid-template-columns: 6rem 1fr; gap: 0 1rem; padding: .5rem 0; border-bottom: 1px solid #eceff3; break-inside: avoid; }
h3 { font-size: 1rem; font-weight: 600; margin: 0; } p { margin: .15rem 0 0; white-space: pre-line; overflow-wrap: anywhere; }
.mark { font-weight: 700; } .pass { color: #1a7f37; } .warning { color: #8a5a00; } .fail { color: #b3261e; } .skipped { color: #5a6270; }
.cure::before { content: "Cure: "; font-weight: 600; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } a { color: inherit; } }
`;

/** The page may show itself and nothing else; its style is let in by its hash. */
export const validationPagePolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

const marks: Record<ValidationTest["result"], string> = {
  pass: "Passed",
  warning: "Warning",
  fail: "Failed",
  skipped: "Skipped",
};

const categories: Record<ValidationCategory, string> = {
  inventory: "Inventory",
  network: "Network",
  storage: "Storage",
  configuration: "Configuration",
};

export function validationPage(report: ValidationReport): string {
  const { pair, nodes, at, by, result, tests, planHash, id } = report;
  const facts: [string, string][] = [
    ["Result", marks[result]],
    ["Nodes", nodes.join(", ")],
    ["Tested", `${new Date(at).toISOString()} by ${by}`],
    ["Of", planHash === null ? "the pair as it is in force" : `plan ${planHash}`],
    ["Tests", countText(tests)],
    ["Report", id],
  ];
  const title = `Validation of ${pair}`;
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><style>${style}</style></head><body><main>`,
    `<h1>${escaped(title)}: <span class="${result}">${marks[result]}</span></h1>`,
    `<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escaped(value)}</dd>`).join("")}</dl>`,
    ...(Object.keys(categories) as ValidationCategory[]).map((category) =>
      section(
        category,
        tests.filter((test) => test.category === category),
      ),
    ),
    "</main></body></html>\n",
  ].join("\n");
}

/** What needs somebody to act comes first. */
const order: ValidationTest["result"][] = ["fail", "warning", "skipped", "pass"];

function section(category: ValidationCategory, tests: readonly ValidationTest[]): string {
  if (tests.length === 0) return "";
  const sorted = tests.toSorted((a, b) => order.indexOf(a.result) - order.indexOf(b.result));
  return `<section><h2>${categories[category]}</h2>\n${sorted.map(article).join("\n")}\n</section>`;
}

function article({ title, result, found, cure, node }: ValidationTest): string {
  const where = node === null ? "" : ` on ${node}`;
  const help = cure === null ? "" : `<p class="cure">${escaped(cure)}</p>`;
  return `<article><div class="mark ${result}">${marks[result]}</div><div><h3>${escaped(title + where)}</h3><p>${escaped(found)}</p>${help}</div></article>`;
}

function countText(tests: readonly ValidationTest[]): string {
  const count = (wanted: ValidationTest["result"]) => tests.filter(({ result }) => result === wanted).length;
  return `${count("pass")} passed, ${count("warning")} with a warning, ${count("fail")} failed, ${count("skipped")} skipped`;
}

/** What machines say of themselves is outside text. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
