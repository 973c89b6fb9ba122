/** Cases of hosts that come and go: join, leave, drain. DOMAIN 1.6, 1.8. */
import { type CaseText, makeCase, nth, running, upTo } from "./case.ts";

export function joinCases(): CaseText[] {
  return [
    ...[1, 2, 3, 4, 5, 6, 7, 8, 16, 32].map((n) =>
      makeCase(
        `join/form-${n}`,
        `${n} equal hosts start together and divide everything among them.`,
        running(n),
      ),
    ),
    ...[2, 3, 4, 5, 6, 8, 16].map((n) =>
      makeCase(
        `join/last-of-${n}`,
        `The last of ${n} equal hosts joins: it takes its share, and nothing else moves.`,
        [
          `cluster ${n}`,
          "rule http multiple",
          `boot ${upTo(n - 1).join(" ")}`,
          "settle",
          `boot ${n}`,
          "settle",
        ],
      ),
    ),
    ...[2, 3, 4, 5].map((n) =>
      makeCase(
        `join/first-of-${n}`,
        `The host with the lowest ID of ${n} joins the others: it becomes the default host too.`,
        [
          `cluster ${n}`,
          "rule http multiple",
          `boot ${upTo(n).slice(1).join(" ")}`,
          "settle",
          "boot 1",
          "settle",
        ],
      ),
    ),
    ...[
      [1, 2],
      [2, 2],
      [1, 4],
      [3, 3],
    ].map(([there = 1, more = 1]) =>
      makeCase(
        `join/${more}-join-${there}`,
        `${more} hosts join ${there} at the same time.`,
        [`cluster ${there + more}`, "rule http multiple", `boot ${upTo(there).join(" ")}`, "settle"],
        [
          `boot ${upTo(there + more)
            .slice(there)
            .join(" ")}`,
          "settle",
        ],
      ),
    ),
    ...["10 90", "100 1", "33 66", "0 50", "50 0"].map((weights, i) =>
      makeCase(
        `join/weighted-${i + 1}`,
        `A second host joins under weights ${weights.replace(" ", " and ")}.`,
        ["cluster 2", `rule http multiple weights ${weights}`, "boot 1", "settle", "boot 2", "settle"],
      ),
    ),
    ...[1, 2, 3].map((id) =>
      makeCase(
        `join/back-${id}`,
        `The ${nth(id)} of three stops, starts again, and gets back exactly its share.`,
        [...running(3), `stop ${id}`, "settle", `start ${id}`, "settle"],
      ),
    ),
    ...[1, 2, 3].map((id) =>
      makeCase(
        `join/agent-restart-${id}`,
        `The agent of the ${nth(id)} of three is killed and started again before anybody notices.`,
        [...running(3), `kill ${id}`, `boot ${id}`, "settle"],
      ),
    ),
  ];
}

export function leaveCases(): CaseText[] {
  const each = (sizes: readonly number[], make: (n: number, id: number) => CaseText) =>
    sizes.flatMap((n) => upTo(n).map((id) => make(n, id)));
  return [
    ...each([2, 3, 4], (n, id) =>
      makeCase(
        `leave/stop-${id}-of-${n}`,
        `The ${nth(id)} of ${n} hosts is stopped: its buckets, and no others, go to the rest.`,
        [...running(n), `stop ${id}`, "settle"],
      ),
    ),
    ...each([2, 3, 4], (n, id) =>
      makeCase(
        `leave/killed-${id}-of-${n}`,
        `The agent of the ${nth(id)} of ${n} hosts is killed: it is lost after the detection time.`,
        [...running(n), `kill ${id}`, "settle"],
      ),
    ),
    ...[3, 4, 5].map((n) =>
      makeCase(`leave/two-at-once-of-${n}`, `Two of ${n} hosts lose their power at the same moment.`, [
        ...running(n),
        `crash 1 ${n}`,
        "settle",
      ]),
    ),
    makeCase("leave/all-but-one", "Of four hosts only the last one is left.", [
      ...running(4),
      "crash 1 2 3",
      "settle",
    ]),
    makeCase("leave/one-after-the-other", "Hosts leave one after the other until none is left.", [
      ...running(3),
      "stop 2",
      "settle",
      "stop 1",
      "settle",
      "stop 3",
      "settle",
    ]),
    makeCase("leave/hangs", "An agent that hangs is lost; when it goes on it comes back as a newcomer.", [
      ...running(3),
      "freeze 2",
      "settle",
      "thaw 2",
      "settle",
    ]),
    makeCase("leave/kernel-refuses", "A kernel that refuses the next plane costs its host the membership.", [
      ...running(3),
      "refuse 2",
      "stop 3",
      "settle",
      "show 2",
      "accept 2",
      "settle 40",
    ]),
    makeCase("leave/cable-pulled", "A host whose cable is pulled gives up by itself.", [
      ...running(3),
      "cut 2 | 1 3",
      "unplug 2",
      "settle",
      "show 2",
    ]),
  ];
}

export function drainCases(): CaseText[] {
  return [
    ...[2, 3, 4].flatMap((n) =>
      upTo(n).map((id) =>
        makeCase(
          `drain/${id}-of-${n}`,
          `The ${nth(id)} of ${n} hosts drains: it stays a member until its last connection has ended.`,
          [
            ...running(n),
            `connect ${id} http 3`,
            `drainstop ${id}`,
            "settle",
            `disconnect ${id}`,
            "settle 12",
          ],
        ),
      ),
    ),
    makeCase("drain/nothing-open", "A host without connections stops soon after drainstop.", [
      ...running(2),
      "drainstop 2",
      "settle 12",
    ]),
    makeCase("drain/deadline", "At the deadline the remaining connections are cut.", [
      ...running(2),
      "connect 2 http 2",
      "drainstop 2 5",
      "settle 4",
      "settle 8",
      "show 2",
    ]),
    makeCase("drain/start-ends-it", "start ends a drain, and the host gets its buckets back.", [
      ...running(3),
      "connect 2 http 2",
      "drainstop 2",
      "settle",
      "start 2",
      "settle",
    ]),
    makeCase("drain/stop-cuts-it-short", "stop cuts a drain short.", [
      ...running(3),
      "connect 2 http 2",
      "drainstop 2",
      "settle",
      "stop 2",
      "settle",
    ]),
    makeCase("drain/everybody", "When all hosts drain nobody takes anything new.", [
      ...running(2),
      "connect 1 http 1",
      "connect 2 http 1",
      "drainstop 1",
      "drainstop 2",
      "settle",
    ]),
    makeCase("drain/killed-while-draining", "A draining agent that is killed comes back draining.", [
      ...running(3),
      "connect 2 http 1",
      "drainstop 2",
      "settle",
      "kill 2",
      "settle",
      "boot 2",
      "settle",
    ]),
  ];
}
