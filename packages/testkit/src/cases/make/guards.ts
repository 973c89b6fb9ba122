/** Cases of commands in every state: the guards and codes of DOMAIN 1.8. */
import { type CaseText, makeCase, running } from "./case.ts";

/** Lines that bring host 2 of two into a state. */
const INTO: Record<string, string[]> = {
  started: [],
  stopped: ["stop 2", "settle"],
  draining: ["connect 2 http 1", "drainstop 2", "settle"],
  suspended: ["suspend 2", "settle"],
};

export function guardCases(): CaseText[] {
  const verbs = [
    "start 2",
    "stop 2",
    "drainstop 2",
    "suspend 2",
    "resume 2",
    "enable 2 http",
    "disable 2 http",
    "drain 2 http",
  ];
  const all = Object.entries(INTO).flatMap(([state, lines]) =>
    verbs.map((line) => {
      const [verb = ""] = line.split(" ");
      return makeCase(`guards/${state}-${verb}`, `A ${state} host is told to ${verb}.`, [
        ...running(2),
        ...lines,
        line,
        "settle",
        "show 2",
      ]);
    }),
  );
  return [
    ...all,
    ...["enable", "disable", "drain"].map((verb) =>
      makeCase(`guards/${verb}-not-found`, `${verb} for a port that no rule covers.`, [
        ...running(2),
        `${verb} 2 9999`,
      ]),
    ),
    ...["disable", "drain"].map((verb) =>
      makeCase(`guards/${verb}-twice`, `${verb} of a rule that is so already.`, [
        ...running(2),
        `${verb} 2 http`,
        `${verb} 2 http`,
      ]),
    ),
    ...["stopped", "suspended"].map((state) =>
      makeCase(`guards/initially-${state}`, `A host whose initial state is ${state}.`, [
        "cluster 2",
        "rule http multiple",
        `initially 2 ${state}`,
        "boot 1 2",
        "settle",
        "start 2",
        "resume 2",
        "start 2",
        "settle",
      ]),
    ),
    ...["stop", "suspend", "drainstop"].map((verb) =>
      makeCase(`guards/remembers-${verb}`, `${verb} is remembered over a restart of the agent.`, [
        ...running(2),
        "connect 2 http 1",
        `${verb} 2`,
        "settle",
        "kill 2",
        "boot 2",
        "settle",
        "show 2",
      ]),
    ),
    makeCase("guards/resume-does-not-start", "resume accepts commands again and starts nothing.", [
      ...running(2),
      "suspend 2",
      "start 2",
      "resume 2",
      "settle",
      "start 2",
      "settle",
    ]),
  ];
}
