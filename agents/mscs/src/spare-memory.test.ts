/** Whether V8 really does without its optimizing compilers: asked in a process of its own, which may ask such things. */
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

/** Bit of V8's answer to %GetOptimizationStatus that says "optimized". */
const optimized = 1 << 4;

/** Runs a function a great many times; tells what V8 has made of it. */
function statusOfHotFunction(before: string): number {
  const program = `${before}
    function hot(value) { return value * 3 + 1; }
    let sum = 0;
    for (let index = 0; index < 3e6; index += 1) sum += hot(index);
    console.log(%GetOptimizationStatus(hot));`;
  const options = ["--allow-natives-syntax", "--single-threaded", "--input-type=module"];
  return Number(execFileSync(process.execPath, options, { input: program, encoding: "utf8" }));
}

it("runs hot code as it is", () => {
  const module = new URL("spare-memory.ts", import.meta.url).href;
  expect(statusOfHotFunction("") & optimized).toBe(optimized);
  expect(statusOfHotFunction(`(await import("${module}")).spareMemory();`) & optimized).toBe(0);
});
