/**
 * A WLBS cluster in the console, on the running lab: hosts and rules are commanded, a client is asked for, a cable is pulled, the
 * heartbeat key is changed. What the page says is compared with what the cluster does.
 */
import { expect, type Locator, type Page, test } from "@playwright/test";
import { inClient, lab, vip } from "../src/system.ts";
import { hasLab, signIn } from "./session.ts";

// Wide, because a machine that does other work is no failure.
test.describe.configure({ mode: "serial", timeout: 240_000 });
test.skip(!hasLab, "needs the lab");

let page: Page;
const problems: string[] = [];
const open = (view: string) => page.goto(`/load-balancing?cluster=web&view=${view}`);
const hostRow = (node: string) =>
  page.getByRole("table", { name: "Hosts of web" }).getByRole("row", { name: node });
const dialog = () => page.getByRole("dialog");

/** Reads the answer of the hosts and closes the dialog. */
async function answered(code: string): Promise<void> {
  const answers = dialog().getByRole("list", { name: "Answers" });
  await expect(answers.getByRole("listitem").first()).toContainText(code);
  await dialog().getByRole("button", { name: "Close" }).last().click();
  await expect(dialog()).toHaveCount(0);
}

async function allConverged(): Promise<void> {
  await open("hosts");
  await expect(page.getByRole("list", { name: "States in short" })).toHaveText(
    /^\s*Converged\s*all hosts\s*$/,
  );
}

test.beforeAll(async ({ browser }) => {
  page = await signIn(browser, problems);
  await allConverged();
});

test.afterEach(() => {
  expect(problems).toEqual([]);
});

test.afterAll(async () => {
  await page.context().close();
});

test("a host is drained with a deadline and started again, by keyboard alone", async () => {
  await open("hosts");
  await page.getByRole("button", { name: "Acts on web-2" }).focus();
  await page.keyboard.press("Enter");
  await chooseByKeyboard("Drain and stop host");
  await expect(dialog()).toContainText("web-2 takes no new connections");
  await expect(dialog()).toContainText("go to web-1 and web-3");
  await dialog().getByLabel("Cut what is still open").selectOption({ label: "after 30 s" });
  await expect(dialog()).toContainText("still open after 30 s are cut");
  await expect(dialog()).toContainText("bulkhead wlbs drainstop web:web-2 --deadline 30s");
  await dialog().getByRole("button", { name: "Drain and stop host" }).focus();
  await page.keyboard.press("Enter");
  await answered("ok 1000");
  await expect(hostRow("web-2")).toContainText("Stopped");
  await expect(hostRow("web-1")).toContainText("50.0 %");
  await page.getByRole("button", { name: "Acts on web-2" }).focus();
  await page.keyboard.press("Enter");
  await chooseByKeyboard("Start host");
  await dialog().getByRole("button", { name: "Start host" }).focus();
  await page.keyboard.press("Enter");
  await answered("ok 1000");
  await allConverged();
});

/** Arrow keys until the entry is marked, then enter. */
async function chooseByKeyboard(name: string): Promise<void> {
  const item: Locator = page.getByRole("menuitem", { name });
  await expect(item).toBeVisible();
  await expect(async () => {
    await page.keyboard.press("ArrowDown");
    await expect(item).toBeFocused({ timeout: 200 });
  }).toPass();
  await page.keyboard.press("Enter");
}

async function choose(menu: string, act: string): Promise<void> {
  await page.getByRole("button", { name: menu, exact: true }).click();
  await page.getByRole("menuitem", { name: act, exact: true }).click();
}

test("stopping all hosts says that nobody answers, and asks for the name first", async () => {
  await open("hosts");
  await page.getByRole("button", { name: "Act on all hosts" }).click();
  await page.getByRole("menuitem", { name: "Stop all hosts", exact: true }).click();
  await expect(dialog()).toContainText(`${vip}`);
  await expect(dialog()).toContainText("answers nobody until a host is started");
  const stop = dialog().getByRole("button", { name: "Stop all hosts", exact: true });
  await expect(stop).toHaveAttribute("aria-disabled", "true");
  await dialog().getByLabel("Type web to go on").fill("web");
  await expect(stop).not.toHaveAttribute("aria-disabled", "true");
  await dialog().getByRole("button", { name: "Leave as it is" }).click();
});

test("a rule is disabled on one host, and its share moves", async () => {
  await open("rules");
  const detail = page.getByRole("table", { name: "Rule http on the hosts of web" });
  await page.getByRole("button", { name: "Acts on rule http on web-3" }).click();
  await page.getByRole("menuitem", { name: "Disable rule here" }).click();
  await expect(dialog()).toContainText("bulkhead wlbs disable web:web-3 all:80");
  await dialog().getByRole("button", { name: "Disable rule on web-3" }).click();
  await answered("ok 1000");
  await expect(detail.getByRole("row", { name: "web-3" })).toContainText("Disabled");
  await expect(detail.getByRole("row", { name: "web-1" })).toContainText("50.0 %");
  await page.getByRole("button", { name: "Acts on rule http on web-3" }).click();
  await page.getByRole("menuitem", { name: "Enable rule here" }).click();
  await dialog().getByRole("button", { name: "Enable rule on web-3" }).click();
  await answered("ok 1000");
  await expect(detail.getByRole("row", { name: "web-3" })).toContainText("33.3 %");
});

test("who answers: the page, the hosts and the packet agree", async () => {
  await open("ask");
  for (const port of ["41031", "41032"]) {
    await page.getByLabel("Client address and port").fill(`10.77.0.200:${port}`);
    await expect(page.getByText(/by the tables belongs to web-[123]/)).toBeVisible();
    await page.getByRole("button", { name: "Ask all hosts" }).click();
    const verdicts = page.getByRole("table", { name: "Verdicts of the hosts of web" });
    await expect(page.getByText(`--from 10.77.0.200:${port}`)).toBeVisible();
    await expect(verdicts.getByRole("row", { name: "Accepts" })).toHaveCount(1);
    const taker = await inClient<string>("ask.mjs", vip, "80", "10.77.0.200", port);
    await expect(verdicts.getByRole("row", { name: taker })).toContainText("Accepts");
    await expect(page.getByText(`by the tables belongs to ${taker}`)).toBeVisible();
  }
});

test("a host and a rule are asked from their menus, and answer in their own words", async () => {
  await open("hosts");
  await choose("Acts on web-2", "Parameters in force (params)");
  await expect(dialog().getByLabel("Answer of web-2", { exact: true }).first()).toContainText(vip);
  await expect(dialog()).toContainText("bulkhead wlbs params web:web-2");
  await dialog().getByRole("button", { name: "Close" }).last().click();
  await choose("Act on all hosts", "State and members (query)");
  await expect(dialog().getByRole("region")).toHaveCount(3);
  await dialog().getByRole("button", { name: "Close" }).last().click();
  await open("rules");
  await choose("Acts on rule http on web-3", "Ask the host (queryport)");
  await expect(dialog().getByLabel("Answer of web-3", { exact: true }).first()).toContainText("http (");
  await dialog().getByRole("button", { name: "Close" }).last().click();
});

test("the MACs of an address are shown, and what is no address is told", async () => {
  await open("hosts");
  await choose("Act on all hosts", "Cluster MACs of an address (ip2mac)");
  const macs = dialog().getByLabel(`Cluster MACs of ${vip}`);
  await expect(macs).toContainText("03:bf:0a:4d:00:64");
  await dialog().getByLabel("Address").fill("10.77.0");
  await expect(dialog()).toContainText("Write an IP address");
  await dialog().getByLabel("Address").fill("fd77::100");
  await expect(dialog().getByLabel("Cluster MACs of fd77::100")).toContainText("needs an IPv4 address");
  await dialog().getByRole("button", { name: "Close" }).last().click();
});

test("a host says whether it would accept a client, and why", async () => {
  await open("hosts");
  await choose("Acts on web-2", "Would it accept a client (filter)");
  await page.getByLabel("Client address and port").fill("10.77.0.200:41033");
  await page.getByRole("button", { name: "Ask all hosts" }).click();
  await expect(page.getByText(/^web-2: (accepts|drops)$/)).toBeVisible();
  const verdicts = page.getByRole("table", { name: "Verdicts of the hosts of web" });
  await expect(verdicts.getByRole("row").nth(1)).toContainText("web-2");
});

test("a host reloads its policy, and serves on", async () => {
  await open("hosts");
  await choose("Acts on web-1", "Reload policy of host");
  await dialog().getByRole("button", { name: "Reload policy of host" }).click();
  await answered("ok 1000");
  await allConverged();
});

test("a pulled cable stands out, in words and in the matrix, and is no hole in the wall", async () => {
  await lab({ verb: "cut", node: "web-3" });
  await open("heartbeats");
  await expect(page.getByRole("region", { name: "Findings" })).toContainText("web-3");
  await expect(page.getByRole("list", { name: "What is wrong" })).toContainText("web-3 is cut off");
  const grid = page.getByRole("grid");
  await expect(grid.getByLabel("web-1 does not hear web-3")).toBeVisible();
  await expect(grid.getByLabel(/^web-1 hears web-2/)).toBeVisible();
  await page.goto("/");
  await expect(page.getByText("The wall holds", { exact: false })).toBeVisible();
  await open("history");
  const history = page.getByRole("table", { name: "Convergences of web" });
  await expect(history.getByRole("row").filter({ hasText: "web-3 was lost" }).first()).toContainText(
    "− web-3",
  );
  await lab({ verb: "heal", node: "web-3" });
  await allConverged();
});

test("the heartbeat key is changed in three steps, and nobody is lost", async () => {
  await open("setup");
  await page.getByRole("button", { name: "Change heartbeat key" }).click();
  await dialog().getByRole("button", { name: "Change key" }).click();
  await expect(page.getByText(/Key \d+ is in force on all hosts\. Changed by Ada Admin/)).toBeVisible();
  await allConverged();
});

test("every view can be read on a telephone", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const view of ["hosts", "rules", "heartbeats", "history", "ask", "counters", "setup"]) {
    await open(view);
    await expect(page.getByRole("navigation", { name: "Views of web" })).toBeVisible();
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow, `${view} is wider than the screen`).toBeLessThanOrEqual(0);
  }
});
