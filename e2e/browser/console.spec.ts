/**
 * The console as an administrator meets it: first sign-in by the set-up link, the live fleet, a refused deployment, the audit
 * log. On every page: no error in the console, and no request that leaves the controller.
 */
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { account, hasLab, watch } from "./session.ts";

test.describe.configure({ mode: "serial" });

let context: BrowserContext;
let page: Page;
const problems: string[] = [];

test.beforeAll(async ({ browser }) => {
  context = await browser.newContext();
  page = await context.newPage();
  watch(page, problems);
});

test.afterEach(() => {
  expect(problems).toEqual([]);
});

test.afterAll(async () => {
  await context.close();
});

test("nobody is let in without signing in", async () => {
  const answer = await page.request.get("/trpc/fleet.snapshot");
  expect(answer.status()).toBe(401);
  await page.goto("/nodes");
  await expect(page).toHaveURL(/\/sign-in/);
  problems.length = 0; // The browser logs the 401 that this test is about.
});

test("the set-up link makes the first administrator, once", async () => {
  const link = process.env.BULKHEAD_SETUP_URL ?? "";
  expect(link).toContain("/setup?token=");
  await page.goto(link);
  await page.getByLabel("Name").fill(account.name);
  await page.getByLabel("E-mail address").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  const again = await page.request.post("/trpc/setup.complete", {
    data: { json: { ...account, token: new URL(link).searchParams.get("token") } },
  });
  expect(again.ok()).toBe(false);
});

test("the overview is live", async () => {
  await expect(page.getByText("live", { exact: true }).first()).toBeVisible();
  await expect(page.getByText("The wall holds", { exact: false })).toBeVisible();
  test.skip(!hasLab, "the tiers are empty without the lab");
  for (const node of ["web-1", "web-2", "web-3", "db-1", "db-2", "witness-1"]) {
    await expect(page.getByText(node, { exact: true }).first()).toBeVisible();
  }
});

test("a cluster page shows every host with its share of the traffic", async () => {
  test.skip(!hasLab, "needs the lab");
  await page.goto("/load-balancing?cluster=web");
  for (const node of ["web-1", "web-2", "web-3"]) {
    const row = page.getByRole("row").filter({ hasText: node }).first();
    await expect(row).toContainText("33.3 %");
    await expect(row).toContainText("Converged");
    await expect(row).toContainText(/[1-9][0-9.,]* packets\/s/);
  }
});

test("a pair page shows who owns the group", async () => {
  test.skip(!hasLab, "needs the lab");
  await page.goto("/failover?cluster=data");
  const sql = page.getByRole("article", { name: "Group sql" });
  await expect(sql.getByText(/Runs on db-[12]/)).toBeVisible();
  await expect(sql.getByRole("button", { name: /Move group to db-[12]/ })).toBeEnabled();
});

test("enrolment shows an install command without the token in it", async () => {
  await page.goto("/nodes");
  await page.getByRole("button", { name: "Enrol a node" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("web-9");
  await dialog.getByRole("button", { name: /Create token/ }).click();
  await expect(dialog).toContainText("install.sh");
  const command = await dialog.getByText("install.sh", { exact: false }).first().innerText();
  expect(command).not.toContain("bh1.");
  await page.keyboard.press("Escape");
});

test("a deployment across the wall is refused, with rule, reason and cure", async () => {
  await page.goto("/deployments?new");
  await page.getByRole("textbox").first().fill(acrossTheWall);
  await page.getByRole("button", { name: "Plan", exact: true }).click();
  const verdict = page.locator("main");
  await expect(verdict).toContainText("R1");
  await expect(verdict).toContainText("Q223157");
  await expect(verdict).toContainText("R4");
  await expect(page.getByRole("button", { name: /^Apply/ })).toHaveCount(0);
});

test("the refusal is in the audit log, and the log can be exported", async () => {
  await page.goto("/audit");
  const row = page.getByRole("row").filter({ hasText: "plan.create" }).filter({ hasText: "Refused" });
  await expect(row.first()).toBeVisible();
  const answer = await page.request.get("/api/audit/export?format=ndjson");
  expect(answer.status()).toBe(200);
  expect((await answer.text()).trim().split("\n").length).toBeGreaterThan(4);
});

test("every place can be read on a telephone", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of [
    "/",
    "/load-balancing",
    "/failover",
    "/nodes",
    "/deployments",
    "/what-if",
    "/audit",
    "/alerts",
    "/settings",
  ]) {
    await page.goto(path);
    await expect(page.getByRole("heading").first()).toBeVisible();
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
  }
});

const acrossTheWall = `version: 1
wlbs:
  web:
    vips: [10.77.0.100/24]
    hosts:
      web-1: { id: 1, interface: eth0, dedicatedIp: 10.77.0.1/24 }
      web-2: { id: 2, interface: eth0, dedicatedIp: 10.77.0.2/24 }
    rules:
      http: { ports: 80, protocol: tcp, affinity: none }
mscs:
  data:
    nodes: [web-2, db-2]
    witness: witness-1
    fencing: { agent: fence_bulkhead_lab }
    groups:
      sql:
        resources:
          ip: { type: ipAddress, address: 10.77.0.100/24 }
`;
