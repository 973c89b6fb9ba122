/** Orders to the engine whose tools do not always answer. */
import { expect, it } from "vitest";
import type { Execution } from "./execute.ts";
import { createOrders } from "./orders.ts";

const well: Execution = { code: 0, stdout: "", stderr: "" };

function withTool(cleanup: Execution) {
  const commands: string[] = [];
  const orders = createOrders({
    run: (command, args) => {
      commands.push([command, ...args].join(" "));
      return Promise.resolve(command === "crm_resource" ? cleanup : well);
    },
    cib: () => Promise.reject(new Error("not asked")),
    edit: () => Promise.resolve(),
  });
  return { orders, commands };
}

it("does not wait with a clear until a start that hangs is over", async () => {
  const { orders, commands } = withTool({ code: null, stdout: "", stderr: "" });
  await orders.clear(null);
  expect(commands).toEqual(["crm_resource --cleanup", "stonith_admin --cleanup --history *"]);
});

it("tells what the engine answers to a clear", async () => {
  const { orders } = withTool({ code: 105, stdout: "", stderr: "no such resource" });
  await expect(orders.clear("sql")).rejects.toThrow("no such resource");
});

it("forgets on one node what one resource did there, and not its group", async () => {
  const { orders, commands } = withTool(well);
  await orders.clearOn("sql.ip", "db-1");
  expect(commands).toEqual(["crm_resource --cleanup --resource sql.ip --node db-1 --force"]);
});
