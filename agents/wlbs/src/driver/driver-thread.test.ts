/** The supervision of the driver's thread, with real threads; what runs in them is `testing/thread-stub.ts`. */
import { samplePolicy, type Wanted } from "@bulkhead/core/wlbs";
import { type Clock, type Logger, systemClock } from "@bulkhead/runtime";
import { afterEach, expect, test } from "vitest";
import { TestClock } from "../testing/test-clock.ts";
import { DriverThread } from "./driver-thread.ts";
import type { Orders } from "./driver-types.ts";

const program = new URL("../testing/thread-stub.ts", import.meta.url);
const orders: Orders = { policy: samplePolicy(1), keys: [{ id: 1, key: "c2VjcmV0" }], resume: null };
const wanted: Wanted = { run: "started", rules: { http: "disabled" } };

interface Bench {
  driver: DriverThread;
  /** Orders that threads were given, with the number of the life. */
  applied: { incarnation: number; orders: Orders }[];
  errors: string[];
  tids: number[];
  replaced(): number;
}

const benches: Bench[] = [];
afterEach(async () => {
  for (const { driver } of benches.splice(0)) await driver.leave().catch(() => undefined);
});

function bench(clock: Clock): Bench {
  let lives = 0;
  let replacements = 0;
  const [applied, errors, tids]: [Bench["applied"], string[], number[]] = [[], [], []];
  const log: Logger = {
    debug() {},
    info: (fields) => void applied.push(fields as unknown as Bench["applied"][number]),
    warn() {},
    error: (fields) => void errors.push(String(fields["why"] ?? fields["problem"])),
  };
  const driver = new DriverThread(
    {
      program,
      node: "web-1",
      clock,
      log,
      nextIncarnation: () => ++lives,
      wanted: () => wanted,
      onThread: (tid) => tids.push(tid),
      onReplaced: () => (replacements += 1),
    },
    { onStatus() {}, onRemember() {}, onLastCount() {} },
  );
  const made = { driver, applied, errors, tids, replaced: () => replacements };
  benches.push(made);
  return made;
}

const until = (holds: () => boolean) => expect.poll(holds, { timeout: 20_000, interval: 5 }).toBe(true);

test("calls are answered by the thread, and its number is told", async () => {
  const { driver, applied, tids } = bench(systemClock);
  await driver.apply(orders);
  expect(await driver.command("start", null)).toEqual({ code: "ok", message: "command" });
  expect(applied).toEqual([{ incarnation: 1, orders }]);
  expect([tids, driver.problem]).toEqual([[1], null]);
});

test.each([
  { verb: "stop", why: "a fault of ours" },
  { verb: "resume", why: "it ended by itself" },
] as const)(
  "a thread that ends ($why) is replaced and knows what the admin wanted last",
  async ({ verb, why }) => {
    const { driver, applied, errors, replaced } = bench(systemClock);
    await driver.apply(orders);
    await expect(driver.command(verb, null)).rejects.toThrow(`The thread of the heartbeats ended: ${why}.`);
    expect(driver.problem).toContain("A new one takes its place");
    await until(() => replaced() === 1);
    expect(applied.at(-1)).toEqual({ incarnation: 2, orders: { ...orders, resume: wanted } });
    expect(await driver.command("start", null)).toMatchObject({ code: "ok" });
    expect(errors).toEqual([why]);
  },
);

test("a thread that stands still for five seconds is ended and replaced", async () => {
  const clock = new TestClock();
  const { driver, errors, replaced } = bench(clock);
  await driver.apply(orders);
  const hung = expect(driver.command("suspend", null)).rejects.toThrow("did not answer for 5 s");
  await clock.pass(4_000);
  expect(driver.problem).toBeNull();
  await clock.pass(3_000);
  await hung;
  expect(errors).toEqual(["it did not answer for 5 s"]);
  await until(() => replaced() === 1);
});

test("a whole process that stood still is no fault of the thread", async () => {
  const clock = new TestClock();
  const { driver, errors } = bench(clock);
  await driver.apply(orders);
  // Hours pass in one step: the loop asks once, and the thread has time to answer.
  for (let pause = 0; pause < 8; pause += 1) {
    clock.jump(3_600_000);
    await driver.command("start", null);
  }
  expect(errors).toEqual([]);
});
