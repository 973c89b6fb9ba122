import { expect, it } from "vitest";
import { HandClock } from "../testing/hand-clock.ts";
import { ChangeFeed } from "./feed.ts";

it("yields at once, then once per burst of changes, then after the pause", async () => {
  const clock = new HandClock();
  const feed = new ChangeFeed(clock);
  const end = new AbortController();
  const ticks = feed.ticks(end.signal, 250);
  expect((await ticks.next()).done).toBe(false);
  feed.poke();
  feed.poke();
  const second = ticks.next();
  let isDone = false;
  void second.then(() => {
    isDone = true;
  });
  await Promise.resolve();
  expect(isDone).toBe(false);
  clock.turn(250);
  expect((await second).done).toBe(false);
  const third = ticks.next();
  clock.turn(1_000);
  feed.poke();
  expect((await third).done).toBe(false);
});

it("ends when the listener goes away, waiting or pausing", async () => {
  const clock = new HandClock();
  const feed = new ChangeFeed(clock);
  const end = new AbortController();
  const ticks = feed.ticks(end.signal, 250);
  await ticks.next();
  const next = ticks.next();
  end.abort();
  expect((await next).done).toBe(true);
});

it("asks anew before every pause how long it is to be", async () => {
  const clock = new HandClock();
  const feed = new ChangeFeed(clock);
  const end = new AbortController();
  let pauseMs = 250;
  const ticks = feed.ticks(end.signal, () => pauseMs);
  await ticks.next();
  pauseMs = 1_000;
  feed.poke();
  const next = ticks.next();
  let isDone = false;
  void next.then(() => {
    isDone = true;
  });
  await Promise.resolve();
  clock.turn(250);
  await Promise.resolve();
  expect(isDone).toBe(false);
  clock.turn(750);
  await next;
  end.abort();
});
