import { describe, expect, it } from "vitest";
import { RateWindow } from "./rates.ts";

describe("RateWindow", () => {
  it("knows nothing before two readings", () => {
    const window = new RateWindow();
    window.add({ atMs: 0, packets: 5, bytes: 300 });
    expect(window.rates()).toBeNull();
  });

  it("covers the last five seconds and forgets what was before", () => {
    const window = new RateWindow();
    for (let second = 0; second <= 10; second++) {
      const packets = second <= 5 ? second * 1000 : 5000 + (second - 5) * 100;
      window.add({ atMs: second * 1000, packets, bytes: packets * 60 });
    }
    expect(window.rates()).toEqual({ acceptedPacketsPerS: 100, acceptedBytesPerS: 6000 });
  });

  it("starts anew when a counter goes back", () => {
    const window = new RateWindow();
    window.add({ atMs: 0, packets: 900, bytes: 900 });
    window.add({ atMs: 1000, packets: 10, bytes: 10 });
    expect(window.rates()).toBeNull();
    window.add({ atMs: 2000, packets: 30, bytes: 30 });
    expect(window.rates()?.acceptedPacketsPerS).toBe(20);
  });
});
