/**
 * The difference between two rulesets as nft commands for one transaction: elements one by one, since a takeover
 * moves a few hundred buckets and a complete set costs several times as much (docs/decisions/0006). Pure.
 */
import { type Family, type NamedSet, type Ruleset, type Table, tableName } from "./table.ts";

/** What is in the kernel. Sets without `elements` hold something that nobody knows; so do chains with an `unknownRule`. */
export type Before = Ruleset;

/** Commands, one a line; they may stand on one line, separated by semicolons. Null: start from nothing, whatever is there. */
export function scriptFor(before: Before | null, after: Ruleset): string[] {
  if (!before)
    return [...removalLines(), ...after.flatMap((table) => tableLines(emptyTable(table.family), table))];
  return after.flatMap((table) => {
    const old = before.find(({ family }) => family === table.family) ?? emptyTable(table.family);
    return tableLines(old, table);
  });
}

/** Removes our tables; succeeds also when there are none: nft 1.0.6 has no `destroy`. */
export function removalLines(): string[] {
  const families: readonly Family[] = ["arp", "inet", "netdev"];
  return families.flatMap((family) => [
    `add table ${family} ${tableName}`,
    `delete table ${family} ${tableName}`,
  ]);
}

function emptyTable(family: Family): Table {
  return { family, chains: [], sets: [], counters: [], rules: [] };
}

function tableLines(old: Table, table: Table): string[] {
  const place = `${table.family} ${tableName}`;
  const elements = table.sets.flatMap((set) =>
    elementLines(place, { old: old.sets.find(({ name }) => name === set.name), set }),
  );
  if (structureOf(old) === structureOf(table)) return elements;
  const changed = table.chains.filter(({ name }) => rulesText(old, name) !== rulesText(table, name));
  const goneChains = missingIn(table.chains, old.chains);
  const isChanged = new Set(changed.map(({ name }) => name));
  return [
    ...additionLines(place, old, table),
    // Emptied first: rules hold on to the chains and sets that they name.
    ...[...changed.filter((chain) => !missingIn(old.chains, [chain]).length), ...goneChains].map(
      ({ name }) => `flush chain ${place} ${name}`,
    ),
    ...elements,
    ...table.rules
      .filter(({ chain }) => isChanged.has(chain))
      .map(({ chain, text }) => `add rule ${place} ${chain} ${text}`),
    // Sets before chains: the elements of a map hold on to the chains that they name.
    ...missingIn(table.sets, old.sets).map(({ kind, name }) => `delete ${kind} ${place} ${name}`),
    ...goneChains.map(({ name }) => `delete chain ${place} ${name}`),
    ...old.counters
      .filter((name) => !table.counters.includes(name))
      .map((name) => `delete counter ${place} ${name}`),
  ];
}

function additionLines(place: string, old: Table, table: Table): string[] {
  return [
    `add table ${place}`,
    ...missingIn(old.chains, table.chains).map(
      ({ name, hook }) => `add chain ${place} ${name}${hook ? ` ${hook}` : ""}`,
    ),
    ...table.counters
      .filter((name) => !old.counters.includes(name))
      .map((name) => `add counter ${place} ${name}`),
    ...missingIn(old.sets, table.sets).map(({ kind, name, spec }) => `add ${kind} ${place} ${name} ${spec}`),
  ];
}

/** Those of `items` whose name is not among `others`. */
function missingIn<Item extends { name: string }>(
  others: readonly { name: string }[],
  items: readonly Item[],
): Item[] {
  const names = new Set(others.map(({ name }) => name));
  return items.filter(({ name }) => !names.has(name));
}

function rulesText({ rules }: Table, chain: string): string {
  return rules
    .filter((rule) => rule.chain === chain)
    .map(({ text }) => text)
    .join("\n");
}

/** Everything but elements. */
export function structureOf({ chains, sets, counters, rules }: Table): string {
  const shapes = sets.map(({ kind, name, spec }) => `${kind} ${name} ${spec}`);
  return JSON.stringify([chains, shapes, counters, rules]);
}

function elementLines(place: string, { old, set }: { old: NamedSet | undefined; set: NamedSet }): string[] {
  if (set.elements === null) return [];
  const add = (elements: readonly string[]): string[] =>
    elements.length === 0 ? [] : [`add element ${place} ${set.name} { ${elements.join(", ")} }`];
  if (!old) return add(set.elements);
  const had = new Set(old.elements);
  const wanted = new Set(set.elements);
  const added = set.elements.filter((element) => !had.has(element));
  const gone = [...had].filter((element) => !wanted.has(element));
  if (old.elements === null || added.length + gone.length > set.elements.length) {
    return [`flush ${set.kind} ${place} ${set.name}`, ...add(set.elements)];
  }
  const keys = gone.map((element) => element.split(" ", 1)[0] ?? element);
  const remove = keys.length === 0 ? [] : [`delete element ${place} ${set.name} { ${keys.join(", ")} }`];
  return [...remove, ...add(added)];
}
