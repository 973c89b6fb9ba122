/** The UDP transport over loopback multicast is in `beats.lab.test.ts`; here are the limits and the fake. */
import { expect, test } from "vitest";
import { openBeats } from "./beats.ts";
import { createFakeSegment } from "./beats-fake.ts";

test("an address of another host is refused with what to check", async () => {
  const opening = openBeats({
    group: "239.255.77.1",
    port: 0,
    address: "192.0.2.77",
    onDatagram() {},
    onBroken() {},
  });
  await expect(opening).rejects.toThrow("Is 192.0.2.77 on this host?");
});

test("in the fake, peers of the same group hear each other but not themselves, unless the cable is pulled", async () => {
  const segment = createFakeSegment();
  const heard: string[] = [];
  const open = (address: string, group = "239.255.77.1") =>
    segment.open({
      group,
      port: 7719,
      address,
      onDatagram: (bytes, from) => heard.push(`${from}->${address}:${bytes[0]}`),
      onBroken() {},
    });
  const first = await open("10.0.0.1");
  const second = await open("10.0.0.2");
  await open("10.0.0.3", "239.255.77.2");
  first.send(Uint8Array.of(1));
  segment.cut.add("10.0.0.2");
  first.send(Uint8Array.of(2));
  second.send(Uint8Array.of(3));
  segment.cut.clear();
  second.send(Uint8Array.of(4));
  expect(heard).toEqual(["10.0.0.1->10.0.0.2:1", "10.0.0.2->10.0.0.1:4"]);
  expect(segment.sent).toHaveLength(4);
});
