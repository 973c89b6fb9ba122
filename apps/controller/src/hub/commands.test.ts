import { describe, expect, it } from "vitest";
import { HandClock } from "../testing/hand-clock.ts";
import { PendingCommands } from "./commands.ts";

const done = { code: "ok", message: "done" } as const;

function setUp() {
  const clock = new HandClock();
  const commands = new PendingCommands(clock);
  let id = "";
  const run = (isSent = true) =>
    commands.run("web-1", 10_000, (newId) => {
      id = newId;
      return isSent;
    });
  return { clock, commands, run, id: () => id };
}

describe("PendingCommands", () => {
  it("takes the answer of the node that was asked, once", async () => {
    const { commands, run, id } = setUp();
    const result = run();
    commands.settle("web-2", id(), { code: "failed", message: "not asked" });
    commands.settle("web-1", id(), done);
    commands.settle("web-1", id(), { code: "failed", message: "twice" });
    expect(await result).toEqual(done);
  });

  it("answers by itself at the deadline, without a link, and when the link ends", async () => {
    const { clock, commands, run } = setUp();
    const late = run();
    clock.turn(10_000);
    expect((await late).code).toBe("timeout");
    expect((await run(false)).message).toContain("not connected");
    const cut = run();
    commands.abandon("web-1");
    expect((await cut).code).toBe("failed");
  });
});
