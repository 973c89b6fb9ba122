/** The witness over fake units. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodePolicy } from "@bulkhead/core/plan";
import { FakePacemakerRunner } from "@bulkhead/pacemaker";
import { silentLogger, systemClock } from "@bulkhead/runtime";
import { expect, it } from "vitest";
import { enginePaths } from "./files.ts";
import { createWitnessHalf } from "./witness-half.ts";

const policy: NodePolicy = {
  service: "witness",
  witness: { cluster: "data", address: "10.77.0.20" },
  wall: { vips: [], mscsAddresses: [] },
};

async function bench(isInstalled = true) {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-witness-"));
  await mkdir(join(directory, "state"));
  const paths = { ...enginePaths(join(directory, "state")), qnetdDefaults: join(directory, "qnetd") };
  const runner = new FakePacemakerRunner("data");
  const context = { node: "w", clock: systemClock, log: silentLogger, stateDir: directory, onStatus() {} };
  const half = createWitnessHalf(context, {
    units: runner.units,
    paths,
    installKeys: (place) => Promise.resolve(place.nickname !== "QNetd Cert"),
    isInstalled: () => Promise.resolve(isInstalled),
    isRunning: () => runner.units.isActive("corosync-qnetd"),
  });
  return {
    half,
    runner,
    paths,
    async [Symbol.asyncDispose]() {
      await half.stop({ keepDataPlane: true });
      await rm(directory, { recursive: true });
    },
  };
}

it("keeps the package's file but for our options, starts, and puts it back on release", async () => {
  await using it = await bench();
  const before = '# a comment\nCOROSYNC_QNETD_OPTIONS=""\nCOROSYNC_QNETD_RUNAS=""\n';
  await writeFile(it.paths.qnetdDefaults, before);
  await it.half.apply(policy, {});
  expect(await readFile(it.paths.qnetdDefaults, "utf8")).toBe(
    '# a comment\nCOROSYNC_QNETD_RUNAS=""\nCOROSYNC_QNETD_OPTIONS="-s req -c on"\n',
  );
  expect(it.half.status()).toEqual({ service: "witness", witness: { running: true, lastError: null } });
  await it.half.apply(policy, {});
  expect(it.runner.calls).not.toContain("restart corosync-qnetd");
  await it.half.stop({ keepDataPlane: false });
  expect(it.runner.running.size).toBe(0);
  expect(await readFile(it.paths.qnetdDefaults, "utf8")).toBe(before);
});

it("restarts a witness that runs with other options", async () => {
  await using it = await bench();
  it.runner.running.add("corosync-qnetd");
  await it.half.apply(policy, {});
  expect(it.runner.calls[0]).toBe("restart corosync-qnetd");
});

it("names the package that is missing", async () => {
  await using it = await bench(false);
  await expect(it.half.apply(policy, {})).rejects.toThrow(
    "apt-get install --no-install-recommends corosync-qnetd",
  );
  const status = it.half.status();
  expect(status.service === "witness" && status.witness.lastError).toContain("corosync-qnetd");
});

it("knows no commands", async () => {
  await using it = await bench();
  expect(await it.half.command("mscs.move", {})).toMatchObject({ code: "bad-params" });
});
