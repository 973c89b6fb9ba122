/** Processes: input, output, time limit, and the sentence for a program that is missing. */
import { expect, it } from "vitest";
import { missingPrograms, runningDaemons } from "./daemons.ts";
import { MissingToolError } from "./errors.ts";
import { execute, executeOk } from "./execute.ts";

it("hands over standard input and gives back both outputs", async () => {
  const done = await execute("sh", ["-c", "cat; echo no >&2; exit 3"], { stdin: "yes" });
  expect(done).toEqual({ code: 3, stdout: "yes", stderr: "no\n" });
});

it("kills what does not end", async () => {
  expect(await execute("sleep", ["60"], { timeoutMs: 50 })).toMatchObject({ code: null });
});

it("names the packages of a missing program", async () => {
  await expect(execute("crm_not_there", [])).rejects.toThrow(
    "apt-get install --no-install-recommends pacemaker",
  );
  expect(new MissingToolError("corosync-qnetd").message).toContain("recommends corosync-qnetd");
});

it("makes the last words of a tool the error", async () => {
  await expect(executeOk(execute, ["sh", "-c", "echo cause >&2; exit 7"])).rejects.toThrow("cause (exit 7)");
  const xml = "<errors>\n<error>no plan</error>\n</errors>\n</status>";
  await expect(executeOk(execute, ["sh", "-c", `echo "${xml}"; exit 1`])).rejects.toThrow("no plan (exit 1)");
});

it("sees installed programs and running processes", async () => {
  expect(await missingPrograms(["sh", "/bin/sh", "crm_not_there"])).toEqual(["crm_not_there"]);
  const sleeper = execute("sleep", ["60"], { timeoutMs: 2000 });
  await expect.poll(async () => (await runningDaemons(["sleep"]))[0]?.running).toBe(true);
  await sleeper;
});
