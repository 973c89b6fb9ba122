/**
 * An MSCS pair in the console, on the running lab: a group is moved and taken offline, a node is paused, an event is played
 * through, the pair is validated, a form writes into the fleet file. What the page says is compared with what the pair does.
 */
import { expect, type Locator, type Page, test } from "@playwright/test";
import { query } from "../src/system.ts";
import { hasLab, signIn } from "./session.ts";

// Wide, because a machine that does other work is no failure.
test.describe.configure({ mode: "serial", timeout: 300_000 });
test.skip(!hasLab, "needs the lab");

const orderMs = 120_000;
let page: Page;
const problems: string[] = [];

const open = (view: string) => page.goto(`/failover?cluster=data&view=${view}`);
const card = (group: string) => page.getByRole("article", { name: `Group ${group}` });
const nodeCard = (node: string) => page.getByRole("article", { name: `Node ${node}` });
const dialog = () => page.getByRole("dialog");
const ownerText = (group: string, owner: string): Locator => card(group).getByText(`Runs on ${owner}`);

interface Snapshot {
  mscs: { name: string; view: { groups: { name: string; owner: string | null; state: string }[] } | null }[];
}

/** What the pair itself says. */
async function seen(group: string): Promise<{ owner: string | null; state: string } | undefined> {
  const { mscs } = await query<Snapshot>("fleet.snapshot");
  return mscs.find(({ name }) => name === "data")?.view?.groups.find(({ name }) => name === group);
}

/** Presses the act of the open dialog, reads how it ended, and closes the dialog. */
async function carriedOut(button: string): Promise<void> {
  await dialog().getByRole("button", { name: button, exact: true }).click();
  await expect(dialog().getByRole("status")).toContainText(/Done in/, { timeout: orderMs });
  await dialog().getByRole("button", { name: "Close" }).last().click();
  await expect(dialog()).toHaveCount(0);
}

async function choose(menu: string, act: string): Promise<void> {
  await page.getByRole("button", { name: menu, exact: true }).click();
  await page.getByRole("menuitem", { name: act }).click();
}

test.beforeAll(async ({ browser }) => {
  page = await signIn(browser, problems);
});

test.afterEach(() => {
  expect(problems).toEqual([]);
});

test.afterAll(async () => {
  await page.context().close();
});

test("a group is moved: foretold before, step by step meanwhile, and it runs where the page says", async () => {
  await open("groups");
  await expect(card("sql").getByText(/Runs on db-[12]/)).toBeVisible({ timeout: orderMs });
  const from = (await seen("sql"))?.owner;
  const to = from === "db-1" ? "db-2" : "db-1";
  await card("sql")
    .getByRole("button", { name: `Move group to ${to}` })
    .click();
  await expect(dialog()).toContainText("Clients of 10.77.0.50 are cut");
  await expect(dialog().getByRole("region", { name: "What the pair foretells" })).toContainText("sql");
  await expect(dialog()).toContainText(`bulkhead mscs move data:sql --to ${to}`);
  await carriedOut("Move group");
  await expect(ownerText("sql", to)).toBeVisible();
  expect(await seen("sql")).toMatchObject({ owner: to, state: "online" });
});

test("the history has the move, with its steps", async () => {
  await open("history");
  const table = page.getByRole("table", { name: "Failovers of data" });
  const row = table.getByRole("row").filter({ hasText: "sql" }).filter({ hasText: "Move" }).first();
  await expect(row).toContainText("Online");
  await row.getByRole("button", { name: /Show the steps/ }).click();
  await expect(page.getByRole("article", { name: "Failover of sql" })).toContainText(/in [0-9.]+ s/);
});

test("a group is taken offline and brought online again", async () => {
  await open("groups");
  await choose("Acts on group queue", "Take offline");
  await expect(dialog()).toContainText("Nobody answers at 10.77.0.51");
  await carriedOut("Take offline");
  await expect(card("queue").getByText("Offline").first()).toBeVisible();
  await expect(card("queue").getByText("Runs nowhere.")).toBeVisible();
  expect((await seen("queue"))?.state).toBe("offline");
  await card("queue").getByRole("button", { name: "Bring online" }).first().click();
  await carriedOut("Bring online");
  await expect(card("queue").getByText(/Runs on db-[12]/)).toBeVisible();
});

test("a paused node takes no group, and the button says why", async () => {
  await open("groups");
  const owner = (await seen("sql"))?.owner;
  const other = owner === "db-1" ? "db-2" : "db-1";
  await open("nodes");
  await choose(`Acts on node ${other}`, "Pause, keep its groups");
  await carriedOut("Pause");
  await expect(nodeCard(other)).toContainText("Paused");
  await open("groups");
  const move = card("sql").getByRole("button", { name: `Move group to ${other}` });
  await expect(move).toHaveAttribute("aria-disabled", "true");
  await expect(card("sql")).toContainText(`${other} is paused`);
  await open("nodes");
  await nodeCard(other).getByRole("button", { name: "Resume" }).click();
  await carriedOut("Resume");
  await expect(nodeCard(other)).toContainText("Up");
});

test("what if a node is lost: the group moves, and the scheduler is asked as well", async () => {
  await open("what-if");
  const owner = (await seen("sql"))?.owner ?? "db-1";
  await page.getByLabel("Node", { exact: true }).selectOption(owner);
  const answer = page.getByRole("region", { name: "Answer" });
  await expect(answer).toContainText(`${owner} is lost: what would come of it`);
  const row = page.getByRole("table", { name: "Groups in this case" }).getByRole("row", { name: /^sql/ });
  await expect(row).toContainText("Moves");
  await expect(answer).toContainText("Pacemaker's own scheduler");
});

test("quorum is shown as three votes, with the fence devices", async () => {
  await open("quorum");
  await expect(page.getByRole("list", { name: "Votes" }).getByRole("listitem")).toHaveCount(3);
  await expect(page.getByText("3 of 3 votes. Two keep the groups running")).toBeVisible({ timeout: orderMs });
  await expect(page.getByRole("table", { name: "Fence devices of data" }).getByRole("row")).not.toHaveCount(
    1,
  );
});

test("the pair is validated, and the report can be taken along", async () => {
  await open("validation");
  await page.getByRole("button", { name: "Run validation" }).first().click();
  const report = page.getByRole("article", { name: "Validation report of data" });
  await expect(report).toBeVisible({ timeout: orderMs });
  for (const part of ["Inventory", "Network", "Configuration"])
    await expect(report.getByRole("region", { name: part })).toBeVisible();
  for (const kind of ["HTML", "JSON"]) {
    const href = await report.getByRole("link", { name: kind }).getAttribute("href");
    const answer = await page.request.get(href ?? "");
    expect(answer.status(), `${kind} report`).toBe(200);
  }
});

test("a form writes into the fleet file and changes nothing else, and the plan says what it would do", async () => {
  await page.goto("/failover/edit?what=group&cluster=data&group=sql");
  await page.getByLabel("Priority").selectOption("high");
  await page.getByRole("button", { name: "Write it into the fleet file" }).click();
  const difference = page.getByRole("region", { name: "Difference to what is deployed" });
  await expect(difference).toContainText("priority: high");
  await expect(difference).toContainText("1 line more, 0 lines less");
  await page.getByRole("button", { name: "Plan", exact: true }).click();
  await expect(page.locator("main")).toContainText(/Possible: /);
  await page.getByRole("button", { name: "Undo all changes" }).click();
  await expect(difference).toHaveCount(0);
});

test("every view of the pair can be read on a telephone", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  const views = ["groups", "nodes", "networks", "quorum", "history", "what-if", "setup", "validation"];
  for (const path of [
    ...views.map((view) => `/failover?cluster=data&view=${view}`),
    "/failover/adopt",
    "/failover/edit?what=pair",
    "/failover/edit?what=resource&cluster=data&group=sql",
  ]) {
    await page.goto(path);
    await expect(page.getByRole("heading").first()).toBeVisible();
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
  }
});
