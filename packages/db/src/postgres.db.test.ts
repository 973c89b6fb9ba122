/** The embedded server's life: first start, restart, killed start, directory in use, what lies in its way. */
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startEmbeddedPostgres } from "./index.ts";
import { explainFailure } from "./postgres/explain.ts";

// Making a database takes a second on an idle machine, and many on a busy one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const asRoot = process.getuid?.() === 0;
let directory: string;
const away: string[] = [];
const lines: string[] = [];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "bulkhead-pg-"));
  if (asRoot) chmodSync(directory, 0o755);
});
beforeEach(() => void (lines.length = 0));
afterAll(() => {
  for (const path of [directory, ...away]) rmSync(path, { recursive: true, force: true });
});

function options(base = directory) {
  return {
    dataDir: join(base, "postgres"),
    secretsDir: join(base, "secrets"),
    log: (line: string) => void lines.push(line),
  };
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Starts a server from another process, which then waits; resolves with its URL and the process. */
async function startElsewhere() {
  const module = fileURLToPath(new URL("./postgres/start.ts", import.meta.url));
  const script = `import { startEmbeddedPostgres } from ${JSON.stringify(module)};
    const options = ${JSON.stringify(options())};
    const server = await startEmbeddedPostgres({ ...options, log: () => {} });
    process.stdout.write(JSON.stringify({ pid: server.pid }) + "\\n");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const first = await new Promise<string>((resolve) =>
    child.stdout.once("data", (data: Buffer) => resolve(data.toString())),
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return { child, ended, serverPid: (JSON.parse(first) as { pid: number }).pid };
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("embedded Postgres, one data directory through its life", () => {
  it("keeps data, password and port over a restart, and listens only on 127.0.0.1", async () => {
    const first = await startEmbeddedPostgres(options());
    const [row] = await query(
      first.url,
      "select current_setting('listen_addresses') as address, current_setting('unix_socket_directories') as socket, current_setting('TimeZone') as zone",
    );
    expect(row).toEqual({ address: "127.0.0.1", socket: "", zone: "UTC" });
    await query(first.url, "create table kept (x int)");
    await first.stop();
    await first.stop();
    expect(isRunning(first.pid)).toBe(false);
    const second = await startEmbeddedPostgres(options());
    expect(second.url).toBe(first.url);
    expect(await query(second.url, "select count(*)::int as n from kept")).toEqual([{ n: 0 }]);
    const wrong = new URL(second.url);
    wrong.password = "guess";
    await expect(query(wrong.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
    await second.stop();
    const secret = join(directory, "secrets/pg.password");
    expect(statSync(secret).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, "secrets")).mode & 0o777).toBe(0o700);
    expect(lines.join("\n")).not.toContain(readFileSync(secret, "utf8").trim());
  });

  it("ends when the process that started it is killed, and starts again on the same data", async () => {
    const other = await startElsewhere();
    other.child.kill("SIGKILL");
    await other.ended;
    await until(() => !isRunning(other.serverPid));
    const server = await startEmbeddedPostgres(options());
    expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await server.stop();
  });

  it("says who uses the directory when a living process does", async () => {
    const other = await startElsewhere();
    await expect(startEmbeddedPostgres(options())).rejects.toThrow(`in use by process ${other.child.pid}`);
    expect(isRunning(other.serverPid)).toBe(true);
    other.child.kill("SIGKILL");
    await other.ended;
    await until(() => !isRunning(other.serverPid));
  });

  it("stops a server that a killed start left behind", async () => {
    const left = await startEmbeddedPostgres(options());
    // The owner's mark of a process that is gone: its pid belongs to another start time.
    writeFileSync(join(left.dataDir, "bulkhead.owner"), `${process.pid + 1} 1\n`);
    const server = await startEmbeddedPostgres(options());
    expect(lines.some((line) => line.includes(`stopping Postgres ${left.pid}, left behind`))).toBe(true);
    expect(isRunning(left.pid)).toBe(false);
    expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await server.stop();
  });

  it("clears up what a killed first start left beside it, and nothing of a start that goes on", async () => {
    const ended = spawnSync("true").pid;
    const names = [`${ended}-aaaaaa`, "bbbbbb", `${process.ppid}-cccccc`].map(
      (name) => `postgres.new-${name}`,
    );
    for (const name of names) mkdirSync(join(directory, name, "base"), { recursive: true });
    const server = await startEmbeddedPostgres(options());
    await server.stop();
    expect(names.filter((name) => existsSync(join(directory, name)))).toEqual([names[2]]);
  });

  it("does not touch files that are no database, nor a database of another version", async () => {
    const other = join(directory, "other");
    mkdirSync(join(other, "postgres"), { recursive: true });
    writeFileSync(join(other, "postgres/thesis.txt"), "mine");
    await expect(startEmbeddedPostgres(options(other))).rejects.toThrow("holds files but no database");
    expect(readFileSync(join(other, "postgres/thesis.txt"), "utf8")).toBe("mine");
    expect(existsSync(join(other, "secrets/pg.password"))).toBe(false);
    const older = join(directory, "older");
    for (const [file, text] of [
      ["postgres/PG_VERSION", "13"],
      ["secrets/pg.password", "x"],
    ] as const) {
      mkdirSync(dirname(join(older, file)), { recursive: true });
      writeFileSync(join(older, file), `${text}\n`);
    }
    await expect(startEmbeddedPostgres(options(older))).rejects.toThrow("made by Postgres 13");
  });

  it("says that the password is lost, instead of making a new one that does not fit", async () => {
    unlinkSync(join(directory, "secrets/pg.password"));
    await expect(startEmbeddedPostgres(options())).rejects.toThrow("has lost its password");
  });

  it("stores elsewhere what the server account cannot reach, and starts anew when the rest is deleted", {
    skip: !asRoot,
  }, async () => {
    const closed = join(directory, "closed");
    mkdirSync(closed, { mode: 0o700 });
    const first = await startEmbeddedPostgres(options(closed));
    away.push(first.dataDir, `${first.dataDir}.old`);
    expect(first.dataDir).toMatch(/^\/var\/lib\/bulkhead-pg-[0-9a-f]{12}$/);
    await first.stop();
    rmSync(closed, { recursive: true });
    mkdirSync(closed, { mode: 0o700 });
    const second = await startEmbeddedPostgres(options(closed));
    expect(second.dataDir).toBe(first.dataDir);
    expect(existsSync(`${first.dataDir}.old/PG_VERSION`)).toBe(true);
    await second.stop();
  });
});

it.each([
  ["initdb: error: could not write file: No space left on device", /disk is full/],
  ["initdb: error: could not access directory: Permission denied", /rights/],
  ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', /port is taken/],
  ["something new", /DATABASE_URL/],
])("explains %j", (line, cure) => {
  expect(explainFailure("start the database", "/data", [line])).toMatch(cure);
  expect(explainFailure("start the database", "/data", [line])).toContain(line);
});
