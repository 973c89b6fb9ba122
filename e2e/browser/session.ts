/** What all browser stories share: the account of the first administrator, and a watch over what no page may do. */
import { type Browser, expect, type Page } from "@playwright/test";

export const url = new URL(process.env.BULKHEAD_URL ?? "http://127.0.0.1:7700");
/** False where the machine has no rights for namespaces (see `scripts/test.mjs`): what only a lab can show is skipped there, counted and named. */
export const hasLab = process.env.BULKHEAD_LAB === "1";
export const account = { name: "Ada Admin", email: "ada@example.org", password: "two rooms and a wall" };

/** Collects errors of the page, of its console, and requests that leave the controller. */
export function watch(page: Page, problems: string[]): void {
  page.on("pageerror", (error) => problems.push(`error on ${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console on ${page.url()}: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (new URL(request.url()).host !== url.host && !request.url().startsWith("data:")) {
      problems.push(`a request left the controller: ${request.url()}`);
    }
  });
}

/** A new window in which the first administrator is signed in, watched from its beginning; it stands on the overview. */
export async function signIn(browser: Browser, problems: string[]): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  watch(page, problems);
  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  return page;
}
