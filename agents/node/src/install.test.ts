import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeController } from "./testing/fake-controller.ts";
import { runProgram } from "./testing/run-program.ts";

// Builds and installs on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const template = readFileSync(new URL("../install.sh.template", import.meta.url), "utf8");
const buildScript = fileURLToPath(new URL("../build.mjs", import.meta.url));
let built: string;
let root: string;
let controller: FakeController;
/** What the controller serves, by path; tests damage it. */
let files: Map<string, Buffer>;

beforeAll(async () => {
  built = mkdtempSync(join(tmpdir(), "bulkhead-built-"));
  const { exitCode } = await runProgram(process.execPath, [buildScript, "--out", built]);
  expect(exitCode).toBe(0);
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "bulkhead-root-"));
  mkdirSync(join(root, "etc"));
  writeFileSync(join(root, "etc/machine-id"), "0123456789abcdef0123456789abcdef\n");
  controller = new FakeController();
  await controller.start();
  files = controller.files;
  for (const name of ["manifest.json", "agent.tgz"])
    files.set(`/agent/${name}`, readFileSync(join(built, name)));
});

afterEach(async () => {
  await controller.stop();
  rmSync(root, { recursive: true, force: true });
});

interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** As in `curl ... | sh`: the script comes on standard input, without a terminal. */
function install(env: Record<string, string> = {}, script = template): Promise<Ended> {
  const settings = {
    PATH: process.env.PATH ?? "",
    BULKHEAD_ROOT: root,
    BULKHEAD_NODE: process.execPath,
    ...env,
  };
  return new Promise((resolve) => {
    const child = execFile("setsid", ["-w", "sh"], { env: settings }, (error, stdout, stderr) =>
      resolve({ exitCode: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
    child.stdin?.end(script.replaceAll("@@CONTROLLER_URL@@", controller.url));
  });
}

function tokenFile(token: string): string {
  const file = join(root, "token");
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  return file;
}

const opt = () => readdirSync(join(root, "opt"));

describe("the install script", () => {
  it("installs, enrols and writes the unit", async () => {
    const token = controller.token("web-1");
    const ended = await install({ BULKHEAD_TOKEN_FILE: tokenFile(token) });
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ended.stdout).toContain("enrolled as node web-1");
    expect(ended.stdout + ended.stderr).not.toContain(token.split(".")[1]);
    const agent = await runProgram(join(root, "usr/local/bin/bulkhead-agent"), ["--version"]);
    expect(agent).toMatchObject({ exitCode: 0, stdout: "0.1.0\n" });
    expect(statSync(join(root, "var/lib/bulkhead/identity.json")).mode & 0o777).toBe(0o600);
    const unit = readFileSync(join(root, "etc/systemd/system/bulkhead-agent.service"), "utf8");
    const [, nodeArguments = ""] =
      new RegExp(`^ExecStart=${root}/opt/bulkhead/node (.+) run$`, "m").exec(unit) ?? [];
    expect(nodeArguments).toMatch(new RegExp(`^--use-system-ca .+ ${root}/opt/bulkhead/agent/agent.mjs$`));
    const service = await runProgram(join(root, "opt/bulkhead/node"), [
      ...nodeArguments.split(" "),
      "--version",
    ]);
    expect(service).toMatchObject({ exitCode: 0, stdout: "0.1.0\n" });
    expect(opt()).toEqual(["bulkhead"]);
  });

  it("updates when it is run again, without a token, and keeps one release", async () => {
    await install({ BULKHEAD_TOKEN_FILE: tokenFile(controller.token("web-1")) });
    const identity = readFileSync(join(root, "var/lib/bulkhead/identity.json"), "utf8");
    const manifest = JSON.parse(files.get("/agent/manifest.json")!.toString()) as { version: string };
    files.set(
      "/agent/manifest.json",
      Buffer.from(JSON.stringify({ ...manifest, version: "0.2.0" }, null, 2)),
    );
    const ended = await install();
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ended.stdout).toContain("enrolled already");
    expect(readFileSync(join(root, "var/lib/bulkhead/identity.json"), "utf8")).toBe(identity);
    expect(readdirSync(join(root, "opt/bulkhead/releases"))).toEqual([expect.stringMatching(/^0\.2\.0-/)]);
    expect((await install()).exitCode).toBe(0);
  });

  it("fetches the controller's Node where there is none, and uses it again", async () => {
    const pack = join(built, "node.tgz");
    const stand = mkdtempSync(join(built, "node-"));
    mkdirSync(join(stand, "package/bin"), { recursive: true });
    writeFileSync(join(stand, "package/bin/node"), `#!/bin/sh\nexec ${process.execPath} "$@"\n`, {
      mode: 0o755,
    });
    await runProgram("tar", ["-czf", pack, "-C", stand, "package"]);
    const digest = createHash("sha256").update(readFileSync(pack)).digest("hex");
    const name = `/agent/node-linux-${process.arch}.tgz`;
    files.set(name, readFileSync(pack));
    files.set(`${name}.sha256`, Buffer.from(`${digest}\n`));
    const bare = { BULKHEAD_NODE: "", PATH: pathWithoutNode() };
    const first = await install({ ...bare, BULKHEAD_TOKEN_FILE: tokenFile(controller.token("web-1")) });
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    expect((await runProgram(join(root, "opt/bulkhead/bin/bulkhead-agent"), ["--version"])).stdout).toBe(
      "0.1.0\n",
    );
    files.delete(name);
    expect((await install(bare)).exitCode).toBe(0);
    files.set(`${name}.sha256`, Buffer.from(`${"0".repeat(64)}\n`));
    files.set(name, Buffer.from("not it"));
    expect((await install(bare)).stderr).toContain("Node.js arrived damaged");
  });
});

describe("what was installed", () => {
  it("runs, links, answers its own command line, and ends on SIGTERM", async () => {
    await install({ BULKHEAD_TOKEN_FILE: tokenFile(controller.token("web-1")) });
    const command = join(root, "opt/bulkhead/bin/bulkhead-agent");
    const env = { ...process.env, BULKHEAD_ROOT: root };
    const agent = spawn(command, ["run"], { env, stdio: ["ignore", "ignore", "pipe"] });
    try {
      await controller.frame("inventory", ({ inventory }) => inventory.agentVersion === "0.1.0");
      const status = await ask(command, ["status"], env);
      expect(status.stdout).toMatch(
        /node +web-1\nservice +none\nbundle +none yet\ncontroller +http.*: linked/,
      );
      expect(await ask(command, ["stop"], env)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("no service yet"),
      });
      const file = join(root, "bundle.json");
      const policy = { service: "none" as const, wall: { vips: [], mscsAddresses: [] } };
      writeFileSync(file, JSON.stringify(controller.bundle(policy, 1)));
      expect(await ask(command, ["apply", file], env)).toMatchObject({
        exitCode: 0,
        stdout: "Bundle 1 is carried out.\n",
      });
      writeFileSync(file, JSON.stringify({ ...controller.bundle(policy, 2), signature: "AAAA" }));
      expect((await ask(command, ["apply", file], env)).stderr).toContain("B-bundle-signature");
    } finally {
      agent.kill("SIGTERM");
    }
    expect(await new Promise((resolve) => agent.once("exit", resolve))).toBe(0);
    expect((await ask(command, ["status"], env)).stderr).toContain("the agent does not answer");
  });
});

/** Runs the installed command line. */
function ask(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(command, args, { env }, (error, stdout, stderr) =>
      resolve({ exitCode: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

describe("a failed installation leaves nothing and says what to do:", () => {
  const spoil = (path: string, content: string | null) => () => {
    if (content === null) files.delete(path);
    else files.set(path, Buffer.from(content));
  };

  it.each([
    ["a damaged agent", spoil("/agent/agent.tgz", "not a bundle"), /arrived damaged .* run this again/],
    ["a controller without a bundle", spoil("/agent/agent.tgz", null), /cannot be downloaded; check/],
    ["a manifest without a digest", spoil("/agent/manifest.json", "{}"), /gave no digest/],
  ])("%s", async (_, damage, words) => {
    damage();
    const ended = await install({ BULKHEAD_TOKEN_FILE: tokenFile(controller.token("web-1")) });
    expectNothing(ended, words);
  });

  it("a spent token", async () => {
    const token = controller.token("web-1");
    controller.tokens.clear();
    const ended = await install({ BULKHEAD_TOKEN_FILE: tokenFile(token) });
    expectNothing(ended, /The token is spent\. Make a new one/);
  });

  it("no token and no terminal", async () => {
    expectNothing(await install(), /no terminal .* BULKHEAD_TOKEN_FILE/);
  });

  it("a token file that is not there", async () => {
    expectNothing(await install({ BULKHEAD_TOKEN_FILE: join(root, "no") }), /cannot be read; give the file/);
  });

  it("a Node that is too old or none", async () => {
    expectNothing(await install({ BULKHEAD_NODE: "/bin/true1" }), /is not Node\.js 22\.18/);
  });

  it.each([0.3, 0.6, 0.95])("a script cut off at %d of its length", async (part) => {
    const ended = await install({}, template.slice(0, Math.floor(template.length * part)));
    expect(readdirSync(root).sort()).toEqual(["etc"]);
    expect(ended.stdout).toBe("");
  });

  function expectNothing(ended: Ended, words: RegExp): void {
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toMatch(words);
    expect(opt()).toEqual([]);
    expect(readdirSync(join(root, "etc"))).toEqual(["machine-id"]);
    expect(readdirSync(root)).not.toContain("var");
  }
});

/** The system's directories, but for a `node` in them. */
function pathWithoutNode(): string {
  const bin = mkdtempSync(join(built, "bin-"));
  const tools = [
    "sh",
    "uname",
    "id",
    "tar",
    "gzip",
    "sha256sum",
    "mktemp",
    "sed",
    "curl",
    "cut",
    "mkdir",
    "rm",
    "mv",
    "ln",
    "cat",
    "chmod",
    "find",
    "head",
    "setsid",
  ];
  for (const tool of tools) {
    writeFileSync(join(bin, tool), `#!/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin exec ${tool} "$@"\n`, {
      mode: 0o755,
    });
  }
  return bin;
}
