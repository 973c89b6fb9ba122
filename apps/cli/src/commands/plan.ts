/** `bulkhead plan -f FILE` and `bulkhead apply -f FILE`: the same plan, looked at or carried out. */
import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { DeploymentView, PlanView } from "@bulkhead/api";
import { type Command, Option } from "commander";
import type { Api } from "../connect.ts";
import { Failure } from "../failure.ts";
import { print, refusalText } from "../output.ts";
import type { Session } from "../session.ts";

export function addPlan(program: Command, session: Session): void {
  program
    .command("plan")
    .description("show what a fleet file would change, or why it is refused")
    .requiredOption("-f, --file <file>", "fleet file, - for standard input")
    .addOption(overrideOption())
    .action(async ({ file, override }: PlanOptions) => {
      const plan = await makePlan(session.api(), file, override);
      print(session.json(), plan, planText);
      if (plan.report.plan === null) process.exitCode = 1;
    });
  program
    .command("apply")
    .description("plan a fleet file and carry the plan out")
    .requiredOption("-f, --file <file>", "fleet file, - for standard input")
    .option("--no-wait", "do not wait until every node has answered")
    .addOption(overrideOption())
    .action(async (options: PlanOptions & { wait: boolean }) => {
      await applyFile(session, options);
    });
  program
    .command("export")
    .description("print the present intent as a fleet file")
    .action(async () => {
      const current = await session.api().intent.current.query();
      print(session.json(), current, ({ yaml }) => yaml.trimEnd());
    });
}

interface PlanOptions {
  file: string;
  override: "R32"[];
}

/** The one rule that may be set aside: the change may be what lets the cluster converge again. */
function overrideOption(): Option {
  return new Option("--override <rules...>", "set rules aside for this plan (R32: a cluster that converges)")
    .choices(["R32"])
    .default([]);
}

async function applyFile(
  session: Session,
  { file, wait, override }: PlanOptions & { wait: boolean },
): Promise<void> {
  const api = session.api();
  const plan = await makePlan(api, file, override);
  if (plan.report.plan === null) {
    print(session.json(), plan, planText);
    process.exitCode = 1;
    return;
  }
  if (!session.json()) process.stdout.write(`${planText(plan)}\n\n`);
  const started = await api.deployments.start.mutate({ planId: plan.id, hash: plan.hash, override });
  const ended = wait ? await follow(api, started) : started;
  print(session.json(), ended, deploymentText);
  if (wait && ended.state !== "done") process.exitCode = 1;
}

async function makePlan(api: Api, file: string, override: "R32"[]): Promise<PlanView> {
  return api.plans.create.mutate({ yaml: readInput(file), override });
}

function readInput(file: string): string {
  try {
    return fs.readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "error";
    throw new Failure(`The file ${file} cannot be read (${code}).`, { exitCode: 2 });
  }
}

/** Every state of a deployment has a deadline in the controller, so this ends. */
async function follow(api: Api, deployment: DeploymentView): Promise<DeploymentView> {
  let view = deployment;
  while (view.state === "running") {
    await pause(300);
    view = (await api.deployments.get.query({ id: deployment.id })) ?? view;
  }
  return view;
}

function planText({ report, problems, hash, id }: PlanView): string {
  const unread = problems.map(
    ({ line, column, path, message, cure }) =>
      `line ${line}, column ${column}: ${path === "" ? "" : `${path}: `}${message}\n  cure: ${cure}`,
  );
  const refusals = report.refusals.map(refusalText);
  const changes =
    report.plan?.changes.flatMap(({ node, lines }) => lines.map((line) => `  ${node}: ${line}`)) ?? [];
  const tail = report.plan === null ? [] : [`plan ${id}, hash ${hash.slice(0, 12)}`];
  return [...unread, ...refusals, `${report.summary}.`, ...changes, ...tail].join("\n");
}

function deploymentText(view: DeploymentView): string {
  const nodes = view.nodes.map(
    ({ node, state, refusal }) => `  ${node}: ${state}${refusal === null ? "" : `\n${refusalText(refusal)}`}`,
  );
  return [`deployment ${view.id}: ${view.state}${view.why === null ? "" : `, ${view.why}`}`, ...nodes].join(
    "\n",
  );
}
