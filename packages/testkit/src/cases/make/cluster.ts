/** Cases of the cluster as a whole: partitions, inconsistencies (DOMAIN 1.7), new policies. */
import { type CaseText, makeCase, nth, running, upTo } from "./case.ts";

/** Every way to cut `n` hosts into two parts, the part of host 1 first. */
function splits(n: number): [left: number[], right: number[]][] {
  const found: [number[], number[]][] = [];
  for (let mask = 1; mask < 2 ** (n - 1); mask += 1) {
    const right = upTo(n).filter((id) => id > 1 && mask & (1 << (id - 2)));
    found.push([upTo(n).filter((id) => !right.includes(id)), right]);
  }
  return found;
}

export function majorityCases(): CaseText[] {
  const text = (ids: readonly number[]) => ids.join(" ");
  return [
    ...[2, 3, 4].flatMap((n) =>
      splits(n).map(([left, right]) =>
        makeCase(
          `majority/${left.join("")}-from-${right.join("")}`,
          `Partition policy majority: hosts ${text(left)} and hosts ${text(right)} are cut off from each other, then healed.`,
          [
            ...running(n, "rule http multiple", "majority"),
            `cut ${text(left)} | ${text(right)}`,
            "settle",
            "heal",
            "settle",
          ],
        ),
      ),
    ),
    ...splits(3).map(([left, right]) =>
      makeCase(
        `majority/serve-${left.join("")}-from-${right.join("")}`,
        `Partition policy serve: both parts go on, and one gives way afterwards.`,
        [...running(3), `cut ${text(left)} | ${text(right)}`, "settle", "heal", "settle"],
      ),
    ),
    makeCase("majority/half-forms", "Half of the hosts without the lowest ID may not form a cluster.", [
      "cluster 4 majority",
      "rule http multiple",
      "boot 3 4",
      "settle",
      "show 3",
      "boot 2",
      "settle",
    ]),
    makeCase("majority/half-with-lowest-forms", "Half of the hosts with the lowest ID may form a cluster.", [
      "cluster 4 majority",
      "rule http multiple",
      "boot 1 4",
      "settle",
    ]),
    makeCase("majority/alone", "One of three may not form a cluster alone.", [
      "cluster 3 majority",
      "rule http multiple",
      "boot 1",
      "settle",
      "show 1",
    ]),
    makeCase("majority/farewell-does-not-count", "Hosts that said farewell are no longer counted.", [
      ...running(3, "rule http multiple", "majority"),
      "stop 3",
      "settle",
      "stop 2",
      "settle",
    ]),
    makeCase(
      "majority/one-after-the-other",
      "Hosts that die one after the other leave a majority each time, down to two.",
      [
        ...running(4, "rule http multiple", "majority"),
        "crash 4",
        "settle",
        "crash 3",
        "settle",
        "crash 2",
        "settle",
      ],
    ),
    makeCase("majority/one-way", "A host that is not heard, but hears, loses its part.", [
      ...running(3, "rule http multiple", "majority"),
      "cut 2 > 1 3",
      "settle",
    ]),
  ];
}

export function inconsistencyCases(): CaseText[] {
  return [
    makeCase(
      "inconsistencies/newcomer-rule-count",
      "A newcomer with one rule more is not let in, and both sides say why.",
      ["cluster 3", "rule http multiple", "boot 1 2", "settle"],
      ["give 3 rule https multiple", "boot 3", "settle", "show 1 3", "deliver 1 2", "settle"],
    ),
    ...["affinity single", "mode single", "ports 80-90", "weights 1 2 3"].map((change) =>
      makeCase(
        `inconsistencies/newcomer-${change.replaceAll(" ", "-")}`,
        `A newcomer whose rule differs (${change}) is not let in until all have one policy.`,
        ["cluster 3", "rule http multiple", "boot 1 2", "settle"],
        [`give 3 change http ${change}`, "boot 3", "settle", "show 1 3", "deliver 1 2", "settle"],
      ),
    ),
    ...[1, 2].map((id) =>
      makeCase(
        `inconsistencies/duplicate-id-${id}`,
        `A stranger claims the ID of the ${nth(id)} host: it is not let in, and both sides say so.`,
        [...running(2), `stranger intruder ${id}`, "settle", `show ${id} intruder`],
      ),
    ),
    makeCase(
      "inconsistencies/two-strangers-form",
      "Two machines with one host ID start together: one of them waits.",
      ["cluster 1", "rule http multiple", "boot 1", "stranger intruder 1", "settle", "show 1 intruder"],
    ),
    makeCase("inconsistencies/not-listed", "A machine that the others' policy does not name is not let in.", [
      ...running(2),
      "stranger web-9 9",
      "settle",
      "show 1 web-9",
    ]),
    makeCase(
      "inconsistencies/healed-segment",
      "A broken segment merges again: several defaults become one.",
      [...running(4), "cut 1 2 | 3 4", "settle", "heal", "settle"],
    ),
    makeCase(
      "inconsistencies/hears-only-itself",
      "A switch that carries nothing: every host converges with itself.",
      ["cluster 2", "rule http multiple", "cut 1 | 2", "boot 1 2", "settle", "heal", "settle"],
    ),
    makeCase("inconsistencies/one-way-link", "One direction between two hosts is broken.", [
      ...running(3),
      "cut 3 > 1",
      "settle",
      "heal",
      "settle",
    ]),
  ];
}

export function policyCases(): CaseText[] {
  const changed = (name: string, title: string, ...lines: string[]) =>
    makeCase(`policy-change/${name}`, title, [
      ...running(3),
      "connect 2 http 2",
      ...lines,
      "settle",
      "rules 2",
    ]);
  return [
    changed("seed", "A new hash seed moves no bucket, though every client falls into another.", "seed 99"),
    changed("affinity", "A new affinity: everything is released first.", "change http affinity single"),
    changed("ports", "A wider port range.", "change http ports 80-90"),
    changed("mode-single", "From multiple to single.", "change http mode single"),
    changed(
      "mode-disabled",
      "A rule is blocked by a new policy.",
      "drain 2 http",
      "change http mode disabled",
    ),
    changed("weights", "New weights release nothing but what moves.", "change http weights 10 20 30"),
    changed("rule-added", "A further rule.", "rule https multiple"),
    changed(
      "rule-added-other-shares",
      "A further rule with other weights.",
      "rule https multiple weights 1 2 3",
    ),
    changed("single-added", "A further rule of single mode.", "rule admin single priorities 3 2 1"),
    changed("probe-added", "A rule gets a probe.", "change http probe serve"),
    makeCase("policy-change/rule-removed", "One of two rules goes.", [
      "cluster 3",
      "rule http multiple",
      "rule https multiple",
      "boot 1 2 3",
      "settle",
      "without http",
      "settle",
    ]),
    makeCase("policy-change/waits-for-the-last", "A new policy comes into force when the last host has it.", [
      ...running(3),
      "give 1 2 change http weights 1 2 3",
      "settle",
      "show 1",
      "deliver 3",
      "settle",
    ]),
    makeCase("policy-change/twice-at-once", "Two new policies shortly after each other.", [
      ...running(3),
      "change http weights 1 2 3",
      "change http weights 3 2 1",
      "settle",
    ]),
    makeCase("policy-change/while-one-is-dead", "A host that was dead finds the new policy when it boots.", [
      ...running(3),
      "crash 3",
      "settle",
      "change http weights 1 2 3",
      "settle",
      "boot 3",
      "settle",
    ]),
    makeCase("policy-change/while-draining", "New weights while a host drains.", [
      ...running(3),
      "connect 1 http 1",
      "drainstop 1",
      "settle",
      "change http weights 1 2 3",
      "settle",
      "start 1",
      "settle",
    ]),
    makeCase("policy-change/with-rule-closed", "New weights while a rule is disabled on one host.", [
      ...running(3),
      "disable 1 http",
      "settle",
      "change http weights 1 2 3",
      "settle",
      "enable 1 http",
      "settle",
    ]),
    makeCase("policy-change/coordinator-dies", "The coordinator dies when the policy has just come.", [
      ...running(3),
      "change http affinity single",
      "crash 1",
      "settle",
    ]),
  ];
}
