/**
 * The witness of a pair: corosync-qnetd, which gives the third vote. One witness can serve many pairs; it holds
 * no data and needs no policy beyond being there.
 */
import {
  createUnits,
  execute,
  MissingToolError,
  missingPrograms,
  preferDaemon,
  removeKeys,
  runningDaemons,
  type Units,
  witnessPackages,
} from "@bulkhead/pacemaker";
import type { BundleSecrets, CommandResult, StatusReport } from "@bulkhead/protocol";
import type { Half, HalfContext } from "@bulkhead/runtime";
import {
  type EnginePaths,
  enginePaths,
  keepBefore,
  readOrNull,
  restoreBefore,
  writeIfChanged,
} from "./files.ts";
import { inspectWitness } from "./inspect/index.ts";
import { installPackages } from "./packages.ts";
import { installWitnessKeys } from "./witness-keys.ts";

const pollMs = 2000;
/** TLS for every pair, and certificates from both ends. The binary refuses "required", whatever its manual page says. */
const optionsLine = 'COROSYNC_QNETD_OPTIONS="-s req -c on"';

/** What tests replace. */
export interface WitnessSeams {
  units?: Units;
  paths?: EnginePaths;
  installKeys?: typeof installWitnessKeys;
  isInstalled?: () => Promise<boolean>;
  isRunning?: () => Promise<boolean>;
}

export function createWitnessHalf(context: HalfContext, seams: WitnessSeams = {}): Half {
  const units = seams.units ?? createUnits(execute);
  const paths = seams.paths ?? enginePaths(context.stateDir);
  const isRunning = seams.isRunning ?? qnetdRuns;
  let status: Extract<StatusReport, { service: "witness" }>["witness"] = { running: false, lastError: null };
  let isStopped = true;
  let cancel = () => {};

  function update(part: Partial<typeof status>): void {
    const next = { ...status, ...part };
    if (next.running === status.running && next.lastError === status.lastError) return;
    status = next;
    context.onStatus();
  }

  async function watch(): Promise<void> {
    update({ running: await isRunning() });
    if (!isStopped) cancel = context.clock.after(pollMs, () => void watch());
  }

  async function bringUp(secrets: BundleSecrets): Promise<void> {
    const isInstalled = seams.isInstalled ?? qnetdIsInstalled;
    if (context.mayInstall === true && !(await isInstalled()))
      await installPackages(execute, witnessPackages);
    if (!(await isInstalled())) throw new MissingToolError("corosync-qnetd");
    await keepBefore(paths, paths.qnetdDefaults);
    const isChanged = await writeIfChanged(
      paths.qnetdDefaults,
      withOptions(await readOrNull(paths.qnetdDefaults)),
      0o644,
    );
    const place = { directory: paths.qnetdKeys, nickname: "QNetd Cert" } as const;
    const isKeyNew = await (seams.installKeys ?? installWitnessKeys)(place, secrets);
    if ((isChanged || isKeyNew) && (await units.isActive("corosync-qnetd")))
      await units.restart("corosync-qnetd");
    await units.start("corosync-qnetd");
  }

  return {
    service: "witness",
    async apply(policy, secrets) {
      if (policy.service !== "witness")
        throw new Error(`A witness cannot carry out a policy for ${policy.service}`);
      try {
        await bringUp(secrets);
        update({ lastError: null });
      } catch (error) {
        update({ lastError: error instanceof Error ? error.message : String(error) });
        throw error;
      } finally {
        cancel();
        isStopped = false;
        await watch();
      }
    },
    status: () => ({ service: "witness", witness: status }),
    async command(verb): Promise<CommandResult> {
      if (verb !== "mscs.inspect")
        return { code: "bad-params", message: `${verb} is not a command for a witness` };
      const look = { run: execute, nowMs: () => context.clock.nowMs() };
      const data = await inspectWitness(look, context.node);
      return { code: "ok", message: `Facts of ${context.node}`, data };
    },
    async stop({ keepDataPlane }) {
      isStopped = true;
      cancel();
      if (keepDataPlane) return;
      await units.stop("corosync-qnetd");
      await restoreBefore(paths, paths.qnetdDefaults);
      await removeKeys(paths.qnetdKeys);
    },
  };
}

/** The package's file with our options line in place of its own. */
function withOptions(present: Buffer | null): string {
  const lines = (present?.toString("utf8") ?? "")
    .split("\n")
    .filter((line) => !/^\s*COROSYNC_QNETD_OPTIONS=/.test(line));
  while (lines.at(-1) === "") lines.pop();
  return [...lines, optionsLine, ""].join("\n");
}

async function qnetdIsInstalled(): Promise<boolean> {
  return (await missingPrograms(["corosync-qnetd"])).length === 0;
}

async function qnetdRuns(): Promise<boolean> {
  const [qnetd] = await runningDaemons(["corosync-qnetd"]);
  if (qnetd === undefined) return false;
  preferDaemon(qnetd);
  return qnetd.running;
}
