/**
 * Hardships of one machine: its interface, its packet filter, its disk, its process. Host 2 suffers, the others go on.
 */
import { sh, sharedMs, until } from "../tree.ts";
import { answers, beginProbing, check, endProbing, hold, takenOver, takers } from "./clients.ts";
import {
  complaints,
  conclude,
  findingWithin,
  first,
  hosts,
  isCalm,
  killAgent,
  ownedBy,
  second,
  section,
  startAgent,
  statusOf,
  third,
  timed,
  vip4,
} from "./scene.ts";
import { inside, plugIn } from "./wires.ts";

const others = [first, third];
const calm = (): Promise<number> => timed("a calm cluster", isCalm);
const here = (command: string): string => inside(second.place, command);

interface Blow {
  strike(): void | Promise<void>;
  relieve(): void | Promise<void>;
  /** What the host says of it, or null when it is nothing to complain about. */
  finding: string | null;
  /** Does it lose its buckets. */
  isLoss: boolean;
}

/** Connections are open; the blow falls; it is reported; the others serve; it ends; all is as before. */
async function suffer({ strike, relieve, finding: kind, isLoss }: Blow): Promise<unknown> {
  const held = await hold("held", 80, 60);
  const since = sharedMs();
  await strike();
  const finding = kind === null ? null : await findingWithin(second, kind, since);
  const takenMs = isLoss ? await takenOver(others, since) : 0;
  const during = await takers();
  await relieve();
  const calmMs = await calm();
  return {
    onHost2: held.filter(({ host }) => host === "host-2").length,
    finding,
    takenMs,
    during,
    calmMs,
    held: await check("held"),
    after: await takers(),
  };
}

await section("boot", async () => {
  const codes = await Promise.all(hosts.map((host) => startAgent(host)));
  return { codes, calmMs: await calm() };
});

await section("link", () =>
  suffer({
    strike: () => void sh("ip link set host-2 down"),
    relieve: () => void sh("ip link set host-2 up"),
    finding: "media-disconnected",
    isLoss: true,
  }),
);

await section("deleted", () =>
  suffer({
    strike: () => void here("ip link del eth0"),
    relieve: () => plugIn(second.place),
    finding: "no-interface",
    isLoss: true,
  }),
);

await section("renamed", () =>
  suffer({
    strike: () => void here("ip link set eth0 down; ip link set eth0 name lan0; ip link set lan0 up"),
    relieve: () =>
      void here(
        "ip link set lan0 down; ip link set lan0 name eth0; ip link set eth0 up; ip addr replace fd09::2/64 dev eth0 nodad",
      ),
    finding: "no-interface",
    isLoss: true,
  }),
);
await section("answers", async () => answers());
conclude();
