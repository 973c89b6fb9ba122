/** Work beside the agent's own service: in a unit where there is systemd, directly where there is none. */
import type { Execute } from "@bulkhead/pacemaker";
import { missingPrograms } from "@bulkhead/pacemaker";
import { expect, it } from "vitest";
import { runOutside } from "./outside.ts";

const hasUnits = (await missingPrograms(["systemd-run"])).length === 0;

function recording(said: string) {
  const lines: string[] = [];
  const run: Execute = (command, args) => {
    lines.push([command, ...args].join(" "));
    return Promise.resolve({ code: 0, stdout: "", stderr: command === "systemd-run" ? said : "" });
  };
  return { lines, run };
}

it("does the work directly where systemd is not the service manager", async () => {
  const { lines, run } = recording("System has not been booted with systemd as init system (PID 1).");
  await runOutside(run, ["lsblk", "--json"]);
  expect(lines.at(-1)).toBe("lsblk --json");
});

it.skipIf(!hasUnits)("does it once, in a unit, where it is", async () => {
  const { lines, run } = recording("");
  await runOutside(run, ["lsblk", "--json"]);
  expect(lines).toEqual(["systemd-run --wait --pipe --collect --quiet -- lsblk --json"]);
});
