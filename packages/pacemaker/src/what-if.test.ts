/**
 * Two independent models of one decision: core's prediction, written from the field's rules, and Pacemaker's own scheduler on
 * the compiled CIB. Over generated pairs, states and events they must agree on quorum, fencing, the owner of each group, what
 * stays offline, and the order of every step. `PAIRS=1000` runs more of them; a failure names the case by its seed. Of a plan
 * that Pacemaker itself calls invalid (some in a thousand: no quorum, and what failed cannot be stopped) there is no second opinion.
 */
import { predict, predictionDifferences } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { missingPrograms } from "./daemons.ts";
import { EngineError } from "./errors.ts";
import { execute } from "./execute.ts";
import { simulate } from "./simulate.ts";
import { makeCase } from "./testing/cases.ts";

const missing = await missingPrograms(["crm_simulate"]);
const title =
  missing.length === 0
    ? "agrees with Pacemaker's scheduler"
    : "agrees with Pacemaker's scheduler: not looked at, since crm_simulate is missing (install pacemaker-cli-utils)";
const cases = Number(process.env["PAIRS"] ?? 120);
const atOnce = 4;

it.skipIf(missing.length > 0)(
  title,
  async () => {
    const seeds = Array.from({ length: cases }, (_, index) => index + 1);
    const found: string[] = [];
    const invalid: number[] = [];
    const work = async () => {
      for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
        const differences = await compare(seed);
        if (differences === null) invalid.push(seed);
        else if (differences.length > 0) found.push(`Case ${seed}: ${differences.join(" ")}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    expect(found).toEqual([]);
    expect(invalid.length).toBeLessThan(2 + cases / 100);
  },
  // 30 ms each on a calm machine.
  10_000 + cases * 1_000,
);

/** Null: Pacemaker calls its own plan invalid. */
async function compare(seed: number): Promise<string[] | null> {
  const { policy, state, event } = makeCase(seed);
  const engine = await simulate(execute, { policy, state, event, live: null }).catch(noPlan);
  if (engine === null) return null;
  return predictionDifferences(predict(policy, state, event), engine);
}

function noPlan(error: unknown): null {
  if (error instanceof EngineError && error.message.includes("invalid transition")) return null;
  throw error;
}
