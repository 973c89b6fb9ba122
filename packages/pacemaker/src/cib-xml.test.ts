/** The CIB text against its golden file, and against Pacemaker's own checkers where they are installed. */
import { compileCib, type MscsPolicy } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { modelDigest, newCib } from "./cib-xml.ts";
import { missingPrograms } from "./daemons.ts";
import { execute } from "./execute.ts";
import { withCib } from "./testing/cib-file.ts";
import { pairPolicy, policyWith } from "./testing/policy.ts";
import { withNodesUp } from "./testing/simulate.ts";

const checkers = ["crm_verify", "crm_simulate"];
const hasCheckers = (await missingPrograms(checkers)).length === 0;

it("is the golden file", async () => {
  await expect(newCib(compileCib(pairPolicy))).toMatchFileSnapshot("testdata/pair.cib.xml");
});

it("changes its digest with the policy only", () => {
  const digest = (policy: MscsPolicy) => modelDigest(compileCib(policy));
  expect(digest(pairPolicy)).toBe(digest(structuredClone(pairPolicy)));
  expect(digest(policyWith({ preferredOwners: [] }))).not.toBe(digest(pairPolicy));
});

it.skipIf(!hasCheckers).each([
  ["window past midnight", pairPolicy],
  ["immediate failback", policyWith({ failback: { allow: true, windowHours: null } })],
  ["no preference", policyWith({ preferredOwners: [], failback: { allow: false, windowHours: null } })],
  ["no group", { ...pairPolicy, groups: [] }],
])("satisfies crm_verify: %s", async (_, policy) => {
  const checked = await withCib(newCib(compileCib(policy)), (file) =>
    execute("crm_verify", ["-V", "-x", file]),
  );
  expect(checked).toMatchObject({ code: 0, stderr: "" });
});

it.skipIf(!hasCheckers)(
  "is scheduled on the preferred owner, and on the other one when that is down",
  async () => {
    const cib = withNodesUp(newCib(compileCib(policyWith({ preferredOwners: ["db-2", "db-1"] }))), [
      "db-1",
      "db-2",
    ]);
    const simulate = (...more: string[]) =>
      withCib(cib, (file) => execute("crm_simulate", ["-x", file, "-S", ...more]));
    expect((await simulate()).stdout).toMatch(/sql\.db\s+\(ocf:bulkhead:postgresql\):\s+Started db-2/);
    expect((await simulate("-d", "db-2")).stdout).toMatch(
      /sql\.db\s+\(ocf:bulkhead:postgresql\):\s+Started db-1/,
    );
  },
);

it.skipIf(!hasCheckers)("goes back to the preferred owner only within the failback window", async () => {
  const policy = policyWith({ failback: { allow: true, windowHours: [2, 4] } });
  const cib = withNodesUp(newCib(compileCib(policy)), ["db-1", "db-2"]);
  await withCib(cib, async (file) => {
    // Windows are hours of the node's own zone.
    const simulate = (...args: string[]) => execute("env", ["TZ=UTC", "crm_simulate", "-S", ...args]);
    const onPeer = `${file}.peer`;
    await simulate("-x", file, "-d", "db-1", "-t", "2026-11-22 12:00:00Z", "-O", onPeer);
    const ownerAt = async (time: string) => {
      const { stdout } = await simulate("-x", onPeer, "-u", "db-1", "-t", `2026-11-23 ${time}:00Z`);
      return stdout
        .match(/sql\.db\s.*Started (\S+)$/gm)
        ?.at(-1)
        ?.split(" ")
        .at(-1);
    };
    expect(await ownerAt("01:59")).toBe("db-2");
    expect(await ownerAt("02:00")).toBe("db-1");
    expect(await ownerAt("03:59")).toBe("db-1");
    expect(await ownerAt("04:00")).toBe("db-2");
  });
});
