/** The agent `ocf:bulkhead:smb-share`; Samba's tools are programs of the test. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { canRunOcf, ocf, ocfAgents, shellProgram } from "./testing/ocf-agent.ts";

const agent = ocfAgents();

/** `control` answers unless the file `dead` is there; `testparm` reads the agent's file unless `unread` is there. */
async function samba() {
  const one = await agent("smb-share", { share: "docs" });
  const { directory } = one;
  const at = (name: string) => join(directory, name);
  await shellProgram(directory, "bin/smbd", "exit 0");
  await shellProgram(
    directory,
    "bin/smbcontrol",
    `[ ! -e ${at("dead")} ] || exit 1; echo "$*" >> ${at("said")}`,
  );
  await shellProgram(
    directory,
    "bin/testparm",
    `[ ! -e ${at("unread")} ] || exit 1; sed -n 's/^ *path = //p' ${at("samba/shares.conf")} | head -n 1`,
  );
  await mkdir(at("docs"));
  const common = { OCF_RESKEY_path: at("docs"), OCF_RESKEY_state_directory: at("samba") };
  const run = (action: string, more = {}) => one.run(action, { ...common, ...more });
  return { one, at, run, shares: () => readFile(at("samba/shares.conf"), "utf8") };
}

describe.skipIf(!canRunOcf)("smb-share", () => {
  it("adds its share beside others and takes it away, new clients first", async () => {
    const { at, run, shares } = await samba();
    const other = { OCF_RESOURCE_INSTANCE: "sql.other", OCF_RESKEY_share: "other" };
    expect(await run("monitor")).toBe(ocf.notRunning);
    expect(await run("start")).toBe(ocf.success);
    expect(await run("start", other)).toBe(ocf.success);
    expect(await run("monitor")).toBe(ocf.success);
    expect(await shares()).toContain(`[docs]\n   path = ${at("docs")}\n   read only = no\n`);
    await rm(at("said"));
    expect(await run("stop")).toBe(ocf.success);
    expect(await readFile(at("said"), "utf8")).toBe("smbd reload-config\nsmbd close-share docs\n");
    expect(await shares()).toMatch(/^\[other\]\n.*\n.*\n\[global\]\n$/);
    expect(await run("monitor")).toBe(ocf.notRunning);
    expect(await run("stop")).toBe(ocf.success);
    expect(await run("stop", other)).toBe(ocf.success);
  });

  it("fails when smbd is gone, and can be stopped all the same", async () => {
    const { one, at, run } = await samba();
    await run("start");
    await writeFile(at("dead"), "");
    expect(await run("monitor")).toBe(ocf.failed);
    expect(one.reason()).toContain("smbd does not answer any more");
    expect(await run("stop")).toBe(ocf.success);
    expect(await run("monitor")).toBe(ocf.notRunning);
    expect(await run("start")).toBe(ocf.failed);
    expect(one.reason()).toContain("systemctl enable --now smbd");
  });

  it("says what to write where smb.conf does not read its file, and leaves nothing behind", async () => {
    const { one, at, run, shares } = await samba();
    await writeFile(at("unread"), "");
    expect(await run("start")).toBe(ocf.failed);
    expect(one.reason()).toContain(`with the line: include = ${at("samba/shares.conf")}`);
    expect(await shares()).toBe("[global]\n");
    expect(await run("monitor")).toBe(ocf.notRunning);
  });

  it("says what is wrong", async () => {
    const { one, run } = await samba();
    expect(await run("start", { OCF_RESKEY_path: "/nowhere" })).toBe(ocf.failed);
    expect(one.reason()).toContain("no directory /nowhere");
    expect(await run("validate-all", { OCF_RESKEY_read_only: "perhaps" })).toBe(ocf.notConfigured);
    expect(await run("validate-all", { OCF_RESKEY_share: "" })).toBe(ocf.notConfigured);
  });
});
