#!/usr/bin/env node
/** Starts the command line on the Node that Bulkhead brings along; any Node can run this file. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import { fileURLToPath } from "node:url";

const pinned = fileURLToPath(
  new URL(`../../../node_modules/node-linux-${process.arch}/bin/node`, import.meta.url),
);
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const child = spawn(fs.existsSync(pinned) ? pinned : process.execPath, [main, ...process.argv.slice(2)], {
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
child.on("error", (error) => {
  console.error(`Node does not start (${error.message}). Run npm start once; it installs what is missing.`);
  process.exit(1);
});
child.on("close", (code) => process.exit(code ?? 1));
