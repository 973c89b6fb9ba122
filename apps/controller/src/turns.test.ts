import { expect, it } from "vitest";
import { Turns } from "./turns.ts";

it("lets nobody begin before the one ahead has ended, also when that one fails", async () => {
  const turns = new Turns();
  const told: string[] = [];
  let finish = () => {};
  const first = turns.take(async () => {
    told.push("first begins");
    await new Promise<void>((done) => {
      finish = done;
    });
    told.push("first ends");
    throw new Error("broken");
  });
  const second = turns.take(async () => {
    told.push("second begins");
    return 2;
  });
  await Promise.resolve();
  expect(told).toEqual(["first begins"]);
  finish();
  await expect(first).rejects.toThrow("broken");
  expect(await second).toBe(2);
  expect(told).toEqual(["first begins", "first ends", "second begins"]);
});
