/** What an event of the engine is called in a failover's steps. */
import { expect, it } from "vitest";
import { readAlertLine } from "./alerts.ts";
import { addAlertSteps } from "./history-steps.ts";

const resources = new Map([["sql.app", "app"]]);

/** `event`: task, exit code, status and text of an alert of resource sql.app. */
function told(event: string): string[] {
  const alert = readAlertLine(
    `1\t1795415901.430000\tresource\t7\tn1\tsql.app\t${event.split(" ", 3).join("\t")}\t${event.split(" ").slice(3).join(" ")}`,
  );
  if (alert === null) throw new Error("The line is not one of an alert.");
  return addAlertSteps([], [alert], { resources, from: "n1" }).map(({ text }) => text);
}

it.each([
  ["start 0 0 ok", "app is online"],
  ["start 1 0 no disk", "app did not come online: no disk"],
  ["stop 1 0 busy", "app did not go offline: busy"],
  ["monitor 7 0 not running", "app failed its check: not running"],
  ["asyncmon 1 0 error", "app was declared failed by order"],
])("tells %s", (event, text) => {
  expect(told(event)).toEqual([text]);
});

it("says nothing of what was cancelled, and of a check that found all well", () => {
  expect(told("monitor 1 1 Cancelled")).toEqual([]);
  expect(told("monitor 0 0 ok")).toEqual([]);
});
