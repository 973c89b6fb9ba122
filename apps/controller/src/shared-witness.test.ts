/** One witness for two pairs, from the fleet file to the bundles: sent first and once, and kept while one pair is left. */
import type { BundlePayload } from "@bulkhead/protocol";
import { beforeAll, expect, it } from "vitest";
import { fleetYaml, mailNodes, twoPairsYaml } from "./testing/fleet-file.ts";
import { mscsStatus } from "./testing/statuses.ts";
import { startStory } from "./testing/story.ts";

const story = startStory();
beforeAll(async () => {
  await story.joinAll();
  story.reportWell();
  for (const name of mailNodes) {
    const agent = await story.rig.join(name);
    agent.status = mscsStatus(name);
    story.agents.set(name, agent);
  }
}, 60_000);

const witnessBundles = () => story.agent("witness-1").bundles;
const servedIn = (bundle: BundlePayload | undefined) =>
  bundle?.policy.service === "witness" ? bundle.policy.witness : null;
const tlsOf = (name: string) => story.agent(name).secrets.at(-1)?.witnessTls;

it("forms both at once, after the witness has its one bundle", async () => {
  const ended = await story.rig.deploy(twoPairsYaml());
  expect(ended).toMatchObject({ state: "done", why: null });
  expect(witnessBundles()).toHaveLength(1);
  expect(servedIn(witnessBundles()[0])).toMatchObject({ cluster: "data", others: [{ cluster: "mail" }] });
  expect(tlsOf("mail-1")?.caCert).toBe(tlsOf("witness-1")?.caCert);
  expect(tlsOf("mail-1")?.cert).not.toBe(tlsOf("db-1")?.cert);
});

it("goes on serving one pair when the other is taken out, with the same certificate", async () => {
  const cert = tlsOf("witness-1")?.cert;
  const ended = await story.rig.deploy(fleetYaml());
  expect(ended).toMatchObject({ state: "done", why: null });
  expect(servedIn(witnessBundles().at(-1))).toEqual({ cluster: "data", address: "10.77.0.20" });
  expect(tlsOf("witness-1")?.cert).toBe(cert);
  expect((await story.rig.deploy(twoPairsYaml())).state).toBe("done");
  expect(servedIn(witnessBundles().at(-1))).toMatchObject({ others: [{ cluster: "mail" }] });
});
