import { expect, it } from "vitest";
import { modeNeeds } from "./mode-needs.ts";
import { samplePolicy } from "./sample.ts";
import type { DeliveryMode } from "./types.ts";

it("says what each mode needs, with the addresses to enter, and nothing for direct", () => {
  const texts = (mode: DeliveryMode) =>
    modeNeeds(samplePolicy(2, { mode })).map(({ device, text }) => `${device}: ${text}`);
  expect(texts("direct")).toEqual([]);
  expect(texts("unicast").join()).not.toContain("router");
  expect(texts("multicast").join()).toMatch(/router: .*03:bf:c0:00:02:64 for 192\.0\.2\.100/);
  expect(texts("igmp").join()).toMatch(/switch: IGMP snooping .*239\.255\.2\.100/);
});
