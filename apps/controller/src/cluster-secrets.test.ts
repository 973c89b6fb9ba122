/** What nodes of pairs and witnesses are given: certificates that prove each other, kept, and made anew in time. */

import { X509Certificate } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { samplePair } from "@bulkhead/core/mscs";
import type { NodePolicy } from "@bulkhead/core/plan";
import { expect, it } from "vitest";
import { ClusterSecrets } from "./cluster-secrets.ts";

const wall = { vips: [], mscsAddresses: [] };
const pair = (cluster: string): NodePolicy => ({ service: "mscs", mscs: samplePair({ cluster }), wall });
const witness: NodePolicy = { service: "witness", witness: { cluster: "data", address: "10.77.0.20" }, wall };
const year = 365 * 24 * 3600 * 1000;

async function bench(nowMs: () => number = Date.now) {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-secrets-"));
  return {
    open: () => ClusterSecrets.open(directory, nowMs),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

const certOf = async (secrets: ClusterSecrets, policy: NodePolicy) =>
  new X509Certificate((await secrets.forPolicy(policy))?.witnessTls?.cert ?? "");

it("gives pair and witness certificates of one authority, by the names that the programs demand", async () => {
  await using it = await bench();
  const secrets = await it.open();
  const [data, mail, qnetd] = await Promise.all(
    [pair("data"), pair("mail"), witness].map((policy) => certOf(secrets, policy)),
  );
  expect([data, mail, qnetd].map((cert) => cert?.subject)).toEqual(["CN=data", "CN=mail", "CN=Qnetd Server"]);
  const authority = new X509Certificate((await secrets.forPolicy(witness))?.witnessTls?.caCert ?? "");
  expect([data, mail, qnetd].map((cert) => cert?.verify(authority.publicKey))).toEqual([true, true, true]);
  expect(authority.ca && !data?.ca).toBe(true);
});

it("keeps them over a restart", async () => {
  await using it = await bench();
  const before = await (await it.open()).forPolicy(pair("data"));
  expect(await (await it.open()).forPolicy(pair("data"))).toEqual(before);
});

it("makes them anew in their last year", async () => {
  let nowMs = Date.UTC(2026, 0, 1);
  await using it = await bench(() => nowMs);
  const secrets = await it.open();
  const before = await certOf(secrets, pair("data"));
  nowMs += 8 * year;
  expect((await certOf(secrets, pair("data"))).fingerprint).toBe(before.fingerprint);
  nowMs += 1.5 * year;
  const after = await certOf(secrets, pair("data"));
  expect(after.fingerprint).not.toBe(before.fingerprint);
  expect(new Date(after.validTo).getTime()).toBeGreaterThan(nowMs + 9 * year);
});

it("gives a pair without a witness, or one that was adopted, no certificate", async () => {
  await using it = await bench();
  const secrets = await it.open();
  const alone: NodePolicy = { service: "mscs", mscs: samplePair({ witness: null }), wall };
  expect(await secrets.forPolicy(alone)).not.toHaveProperty("witnessTls");
  const adopted: NodePolicy = { service: "mscs", mscs: samplePair({ engine: "adopted" }), wall };
  expect(await secrets.forPolicy(adopted)).toBeNull();
});
