/** Cases of port rules: weights, single mode, commands to rules, probes. DOMAIN 1.3, 1.8. */
import { type CaseText, makeCase, nth, running } from "./case.ts";

export function weightCases(): CaseText[] {
  const lists = [
    "50 50",
    "1 1",
    "100 100",
    "1 2",
    "1 100",
    "99 100",
    "0 1",
    "0 0",
    "50 50 50",
    "10 20 30",
    "33 33 34",
    "0 50 50",
    "50 0 0",
    "1 1 100",
    "7 11 13",
    "25 25 25 25",
    "10 20 30 40",
    "0 0 0 1",
    "97 1 1 1",
  ];
  const changes = [
    ["50 50", "100 50"],
    ["50 50", "0 50"],
    ["50 50 50", "50 50 0"],
    ["50 50 50", "10 20 70"],
    ["10 20 70", "70 20 10"],
    ["0 50 50", "50 50 50"],
    ["50 50 50 50", "1 2 3 4"],
    ["50 50", "0 0"],
    ["0 0", "50 50"],
  ];
  return [
    ...lists.map((weights) =>
      makeCase(
        `weight/form-${weights.replaceAll(" ", "-")}`,
        `Weights ${weights}: everybody gets its exact share.`,
        running(weights.split(" ").length, `rule http multiple weights ${weights}`),
      ),
    ),
    ...changes.map(([before = "", after = ""]) =>
      makeCase(
        `weight/change-${before.replaceAll(" ", "-")}-to-${after.replaceAll(" ", "-")}`,
        `Weights change from ${before} to ${after}: only the difference moves.`,
        [
          ...running(before.split(" ").length, `rule http multiple weights ${before}`),
          `change http weights ${after}`,
          "settle",
        ],
      ),
    ),
    makeCase("weight/two-rules", "Two rules with different weights have two tables.", [
      "cluster 3",
      "rule http multiple weights 50 50 50",
      "rule https multiple weights 10 20 70",
      "boot 1 2 3",
      "settle",
      "stop 3",
      "settle",
    ]),
    makeCase("weight/equal-rules-share", "Two equal rules have one table, and keep having one.", [
      "cluster 3",
      "rule http multiple",
      "rule https multiple",
      "boot 1 2 3",
      "settle",
      "stop 1",
      "settle",
      "start 1",
      "settle",
    ]),
  ];
}

const ORDERS = ["1 2 3", "1 3 2", "2 1 3", "2 3 1", "3 1 2", "3 2 1"];

export function singleCases(): CaseText[] {
  return [
    ...ORDERS.map((order) =>
      makeCase(
        `single-rule/form-${order.replaceAll(" ", "-")}`,
        `Handling priorities ${order}: the host with priority 1 takes all.`,
        running(3, `rule admin single priorities ${order}`),
      ),
    ),
    ...ORDERS.map((order) => {
      const best = order.split(" ").indexOf("1") + 1;
      return makeCase(
        `single-rule/best-leaves-${order.replaceAll(" ", "-")}`,
        `Handling priorities ${order}: the best host leaves and comes back.`,
        [
          ...running(3, `rule admin single priorities ${order}`),
          `stop ${best}`,
          "settle",
          `start ${best}`,
          "settle",
        ],
      );
    }),
    ...[1, 2].map((id) =>
      makeCase(
        `single-rule/drain-${id}`,
        `The ${nth(id)} host drains; the single rule ${id === 1 ? "goes to the next" : "stays"}.`,
        [...running(2, "rule admin single"), "connect 1 admin 1", `drainstop ${id}`, "settle"],
      ),
    ),
    makeCase("single-rule/priorities-change", "New priorities move the whole rule.", [
      ...running(3, "rule admin single priorities 1 2 3"),
      "change admin priorities 3 2 1",
      "settle",
    ]),
    makeCase("single-rule/disabled-on-best", "Disabled on the best host, the rule goes to the next.", [
      ...running(3, "rule admin single priorities 2 1 3"),
      "disable 2 admin",
      "settle",
      "enable 2 admin",
      "settle",
    ]),
    makeCase("single-rule/beside-multiple", "A single and a multiple rule side by side.", [
      "cluster 3",
      "rule http multiple",
      "rule admin single priorities 3 1 2",
      "boot 1 2 3",
      "settle",
      "crash 2",
      "settle",
    ]),
  ];
}

export function ruleStateCases(): CaseText[] {
  const verbs = ["disable", "drain"];
  return [
    ...verbs.flatMap((verb) =>
      [1, 2, 3].map((id) =>
        makeCase(`rule-state/${verb}-on-${id}`, `${verb} on the ${nth(id)} of three hosts, then enable.`, [
          ...running(3),
          `connect ${id} http 2`,
          `${verb} ${id} http`,
          "settle",
          `rules ${id}`,
          `enable ${id} http`,
          "settle",
          `rules ${id}`,
        ]),
      ),
    ),
    ...verbs.map((verb) =>
      makeCase(`rule-state/${verb}-everywhere`, `${verb} on every host: nobody takes the rule.`, [
        ...running(2),
        `${verb} 1 http`,
        `${verb} 2 http`,
        "settle",
        "enable 2 http",
        "settle",
      ]),
    ),
    ...verbs.map((verb) =>
      makeCase(`rule-state/${verb}-all-rules`, `${verb} all rules of one host.`, [
        "cluster 2",
        "rule http multiple",
        "rule https multiple",
        "rule admin single",
        "boot 1 2",
        "settle",
        `${verb} 1 all`,
        "settle",
        "rules 1",
        "enable 1 all",
        "settle",
      ]),
    ),
    ...verbs.map((verb) =>
      makeCase(`rule-state/${verb}-one-of-two`, `${verb} one of two rules: the other stays where it is.`, [
        "cluster 2",
        "rule http multiple",
        "rule https multiple",
        "boot 1 2",
        "settle",
        `${verb} 1 https`,
        "settle",
      ]),
    ),
    ...verbs.map((verb) =>
      makeCase(`rule-state/${verb}-outlives-restart`, `${verb} is remembered over a restart of the agent.`, [
        ...running(2),
        `${verb} 2 http`,
        "settle",
        "kill 2",
        "boot 2",
        "settle",
        "rules 2",
      ]),
    ),
    makeCase("rule-state/mode-disabled", "A rule of mode disabled is blocked on every host.", [
      "cluster 2",
      "rule http multiple",
      "rule other disabled",
      "boot 1 2",
      "settle",
      "rules 1",
    ]),
    makeCase("rule-state/drain-then-disable", "A draining rule can be disabled at once.", [
      ...running(2),
      "connect 2 http 1",
      "drain 2 http",
      "settle",
      "disable 2 http",
      "settle",
      "rules 2",
    ]),
    makeCase(
      "rule-state/drained-stays-draining",
      "A draining rule whose last connection has ended stays draining.",
      [...running(2), "connect 2 http 1", "drain 2 http", "settle", "disconnect 2", "settle 12", "rules 2"],
    ),
  ];
}

export function probeCases(): CaseText[] {
  const withProbe = (all: string, hosts = 3) => running(hosts, `rule http multiple probe ${all}`);
  const fail = (...ids: number[]) => ids.map((id) => `probe ${id} http failing`);
  return [
    ...[1, 2, 3].map((id) =>
      makeCase(
        `probe/fails-on-${id}`,
        `The probe fails on the ${nth(id)} of three hosts, then succeeds again.`,
        [...withProbe("serve"), ...fail(id), "settle", `rules ${id}`, `probe ${id} http healthy`, "settle"],
      ),
    ),
    ...["serve", "stop"].flatMap((all) => [
      makeCase(`probe/all-fail-${all}`, `The probe fails everywhere, whenAllFail ${all}.`, [
        ...withProbe(all),
        ...fail(1, 2, 3),
        "settle",
        "rules 1",
      ]),
      makeCase(`probe/all-but-one-${all}`, `The probe succeeds on one host only, whenAllFail ${all}.`, [
        ...withProbe(all),
        ...fail(1, 3),
        "settle",
      ]),
      makeCase(`probe/last-healthy-leaves-${all}`, `The only healthy host leaves, whenAllFail ${all}.`, [
        ...withProbe(all),
        ...fail(1, 3),
        "settle",
        "stop 2",
        "settle",
      ]),
      makeCase(
        `probe/all-fail-one-disabled-${all}`,
        `One host has the rule disabled, the others fail, whenAllFail ${all}.`,
        [...withProbe(all), "disable 1 http", ...fail(2, 3), "settle"],
      ),
    ]),
    makeCase("probe/one-rule-only", "A failing probe drains its own rule and no other.", [
      "cluster 2",
      "rule http multiple probe serve",
      "rule https multiple",
      "boot 1 2",
      "settle",
      ...fail(1),
      "settle",
    ]),
    makeCase("probe/single-rule", "A single rule moves on when the probe fails at the best host.", [
      "cluster 2",
      "rule http single probe serve",
      "boot 1 2",
      "settle",
      ...fail(1),
      "settle",
      "probe 1 http healthy",
      "settle",
    ]),
    makeCase("probe/keeps-connections", "A failing probe keeps the connections that are there.", [
      ...withProbe("serve"),
      "connect 2 http 2",
      ...fail(2),
      "settle",
      "rules 2",
    ]),
  ];
}
