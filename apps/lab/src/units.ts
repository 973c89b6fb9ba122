/**
 * The service manager of one node: starts, watches, restarts and stops its units. It lives in the fabric and reaches
 * into the node's namespaces, so a node costs no process of its own beyond the reaper that is its first one.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { must, run } from "./run.ts";
import { commandOf, parseEnvironmentFile, parseUnit, type Unit } from "./unit-file.ts";
import { endCommand, enter, startCommand, type UnitHost, type UnitProcess } from "./unit-process.ts";
import { until } from "./until.ts";

export type UnitState = "inactive" | "activating" | "active" | "failed";

interface Held {
  unit: Unit;
  state: UnitState;
  running: UnitProcess | null;
  /** The start that is under way: whoever asks meanwhile waits for the same one. */
  starting: Promise<void> | null;
  /** Wanted to run: a restart is due when it ends. */
  wanted: boolean;
  restarts: number;
  timer: NodeJS.Timeout | null;
}

export interface UnitManagerOptions extends UnitHost {
  /** Directory whose files hold the state of each unit as one word; the node's `systemctl` reads them. */
  stateDir: string;
}

export type UnitManager = ReturnType<typeof createUnitManager>;

const installDir = "etc/systemd/system";
const unitDirs = [installDir, "usr/lib/systemd/system"];
/** A unit that ran this long is taken for healthy: its restart delay starts over. */
const healthyMs = 10_000;
const restartDelayMaxMs = 10_000;

/**
 * Units that say when they are ready (`Type=notify`) do so over a datagram socket that Node.js cannot open; for the
 * one that others wait for there is a question that is answered only then (FAILOVER, section 5).
 */
const readiness: Record<string, string[]> = {
  corosync: ["corosync-cmapctl", "runtime.config.totem.token"],
};

/** Creates the manager of a node that has booted. */
export function createUnitManager(options: UnitManagerOptions) {
  const root = `/proc/${options.pid}/root`;
  const held = new Map<string, Held>();
  let closed = false;

  async function setState(entry: Held, state: UnitState): Promise<void> {
    entry.state = state;
    if (!closed) await writeFile(join(options.stateDir, entry.unit.name), `${state}\n`);
  }

  async function load(name: string): Promise<Held> {
    const running = held.get(name);
    if (running !== undefined && running.running !== null) return running;
    const unit = parseUnit(name, await readUnit(root, name));
    // Looked for only now: a unit that two others require is loaded by both at once, and must not be there twice.
    const entry = held.get(name) ?? {
      unit,
      state: "inactive",
      running: null,
      starting: null,
      wanted: false,
      restarts: 0,
      timer: null,
    };
    if (entry.running === null) entry.unit = unit;
    held.set(name, entry);
    return entry;
  }

  async function environmentOf(unit: Unit): Promise<Record<string, string>> {
    const files = await Promise.all(
      unit.environmentFiles.map(async (path) => {
        const text = await readFile(join(root, path.replace(/^-/, "")), "utf8").catch((error: unknown) => {
          if (path.startsWith("-")) return "";
          throw error;
        });
        return parseEnvironmentFile(text);
      }),
    );
    return files.reduce((merged, file) => ({ ...merged, ...file }), unit.environment);
  }

  async function makeDirectories(unit: Unit): Promise<void> {
    const directories = [
      ...unit.runtimeDirectories.map((name) => `/run/${name}`),
      ...unit.stateDirectories.map((name) => `/var/lib/${name}`),
    ];
    for (const directory of directories) {
      const owner = unit.user === null ? [] : ["-o", unit.user];
      await must([...enter(options.pid), "install", "-d", "-m", "0750", ...owner, directory]);
    }
  }

  async function start(name: string): Promise<void> {
    await startOnce(await load(name));
  }

  /** One start at a time: the unit is enabled itself, required by others, and restarted. */
  function startOnce(entry: Held): Promise<void> {
    if (entry.state === "active") return Promise.resolve();
    entry.wanted = true;
    if (entry.timer !== null) clearTimeout(entry.timer);
    entry.starting ??= launchAfterRequired(entry).finally(() => {
      entry.starting = null;
    });
    return entry.starting;
  }

  async function launchAfterRequired(entry: Held): Promise<void> {
    for (const required of entry.unit.requires) await start(bare(required)).catch(() => undefined);
    await launch(entry);
  }

  async function launch(entry: Held): Promise<void> {
    const { unit } = entry;
    await setState(entry, "activating");
    try {
      const environment = await environmentOf(unit);
      await makeDirectories(unit);
      for (const line of unit.execStartPre) await oneShot(unit, line, environment);
      if (unit.type === "oneshot" || unit.type === "forking") {
        for (const line of unit.execStart) await oneShot(unit, line, environment);
        const stays = unit.remainAfterExit || unit.type === "forking";
        await setState(entry, stays ? "active" : "inactive");
        return;
      }
      await launchMain(entry, environment);
    } catch (error) {
      await setState(entry, "failed");
      planRestart(entry, 0);
      throw error;
    }
  }

  async function launchMain(entry: Held, environment: Record<string, string>): Promise<void> {
    const argv = commandOf(entry.unit.execStart[0] ?? "", environment);
    if (argv.length === 0) throw new Error(`Unit ${entry.unit.name} has no ExecStart.`);
    const startedAt = performance.now();
    const running = startCommand({ unit: entry.unit, argv, environment }, options);
    entry.running = running;
    void running.ended.then((code) => onEnd(entry, running, { code, ranMs: performance.now() - startedAt }));
    await running.mainPid;
    const question = entry.unit.type === "notify" ? readiness[entry.unit.name] : undefined;
    if (question !== undefined) await awaitReady(entry, running, question);
    if (entry.running === running) await setState(entry, "active");
  }

  async function awaitReady(entry: Held, running: UnitProcess, question: string[]): Promise<void> {
    const ready = async () => {
      const hasEnded = entry.running !== running;
      return hasEnded || (await run([...enter(options.pid), ...question])).code === 0 ? true : null;
    };
    await until(`${entry.unit.name} to answer`, ready, { timeoutMs: 10_000 }).catch(() => undefined);
  }

  async function oneShot(unit: Unit, line: string, environment: Record<string, string>): Promise<void> {
    const code = await startCommand({ unit, argv: commandOf(line, environment), environment }, options).ended;
    if (code !== 0 && !line.startsWith("-")) {
      throw new Error(`Unit ${unit.name}: \`${line}\` ended with ${code}; see ${unit.name}.log.`);
    }
  }

  async function onEnd(entry: Held, ended: UnitProcess, how: { code: number; ranMs: number }): Promise<void> {
    if (entry.running !== ended) return;
    entry.running = null;
    if (closed) return;
    const clean = how.code === 0 || !entry.wanted;
    await setState(entry, clean ? "inactive" : "failed");
    if (how.ranMs > healthyMs) entry.restarts = 0;
    planRestart(entry, how.code);
  }

  function planRestart(entry: Held, code: number): void {
    const { restart, restartDelayMs } = entry.unit;
    const due = restart === "always" || (restart === "on-failure" && code !== 0);
    if (closed || !entry.wanted || !due) return;
    const delayMs = Math.min(restartDelayMs * 2 ** entry.restarts, restartDelayMaxMs);
    entry.restarts += 1;
    // A start that this end has made vain comes to its own end first.
    const again = () =>
      void Promise.resolve(entry.starting)
        .then(() => startOnce(entry))
        .catch(() => undefined);
    entry.timer = setTimeout(again, delayMs);
  }

  async function stop(name: string): Promise<void> {
    const entry = await load(name);
    entry.wanted = false;
    if (entry.timer !== null) clearTimeout(entry.timer);
    const { running } = entry;
    if (running !== null) {
      const environment = await environmentOf(entry.unit);
      for (const line of entry.unit.execStop)
        await oneShot(entry.unit, line, environment).catch(() => undefined);
      await endCommand(entry.unit, running);
    }
    entry.running = null;
    await setState(entry, "inactive");
  }

  async function enable(name: string): Promise<void> {
    const { unit } = await load(name);
    const home =
      unitDirs.find((directory) => existsSync(join(root, directory, `${name}.service`))) ?? installDir;
    for (const target of unit.wantedBy) {
      const directory = join(root, installDir, `${target}.wants`);
      await mkdir(directory, { recursive: true });
      await symlink(`/${home}/${name}.service`, join(directory, `${name}.service`)).catch(ifExists);
    }
  }

  async function disable(name: string): Promise<void> {
    await rm(join(root, installDir, "multi-user.target.wants", `${name}.service`), { force: true });
  }

  /** Starts what is enabled: the end of a boot. Resolves when all have been started. */
  async function startEnabled(): Promise<void> {
    const wants = await readdir(join(root, installDir, "multi-user.target.wants")).catch(() => []);
    const names = wants.filter((name) => name.endsWith(".service")).map(bare);
    await Promise.all(names.map((name) => start(name).catch(() => undefined)));
  }

  /** The node has lost its power: nothing is to be restarted any more. */
  function close(): void {
    closed = true;
    for (const entry of held.values()) if (entry.timer !== null) clearTimeout(entry.timer);
  }

  return {
    start,
    stop,
    enable,
    disable,
    startEnabled,
    close,
    states: () => Object.fromEntries([...held].map(([name, entry]) => [name, entry.state])),
    /** The waiting processes in front of the units, for thawing. */
    fronts: () => [...held.values()].flatMap((entry) => entry.running?.front.pid ?? []),
  };
}

/** `corosync.service` -> `corosync`. */
export function bare(name: string): string {
  return name.replace(/\.service$/, "");
}

async function readUnit(root: string, name: string): Promise<string> {
  if (!/^[A-Za-z0-9:_.@-]+$/.test(name)) throw new Error(`'${name}' is not the name of a unit.`);
  for (const directory of unitDirs) {
    const text = await readFile(join(root, directory, `${name}.service`), "utf8").catch(() => null);
    if (text !== null) return text;
  }
  throw new Error(`Unit ${name}.service could not be found.`);
}

function ifExists(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
