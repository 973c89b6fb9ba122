/** What is said when all is up: where to go, what there is, what to try, how to end it. For somebody who sees it first. */
import os from "node:os";
import { defaultData } from "./options.mjs";
import { say } from "./steps.mjs";

/** @param {{ url: string, setupUrl?: string, lab: object, seconds: number, data: string }} facts */
export function summarise({ url, setupUrl, lab, seconds, data }) {
  const command = `npx bulkhead${data === defaultData ? "" : ` --data ${quoted(data)}`}`;
  const rows = [["Console", url]];
  if (setupUrl)
    rows.push(
      ["First sign-in", setupUrl],
      ["", "Works once, in a browser: it makes the first administrator."],
    );
  if (process.env.SSH_CONNECTION) {
    const { port } = new URL(url);
    rows.push([
      "From elsewhere",
      `ssh -L ${port}:127.0.0.1:${port} ${os.userInfo().username}@${os.hostname()}`,
    ]);
  }
  rows.push(...(lab.isUp ? labRows(lab, command) : [["Lab", `does not run. ${lab.why}`]]));
  rows.push(["Command line", `${command} nodes   (in this directory, in another terminal)`]);
  rows.push(["Data, logs", data]);
  say(
    `\n  Ready after ${seconds.toFixed(0)} s.\n\n${rows.map(row).join("\n")}\n\n` +
      "  Ctrl-C stops all of it; the next start brings it back as it was.\n",
  );
}

function labRows(lab, command) {
  const hasPair = lab.tiers.includes("back");
  const rows = [
    ["Lab", "a real fleet on this machine, each node in kernel namespaces of its own:"],
    ["", "web-1 web-2 web-3  one address, 10.77.0.100, shared by all three (WLBS)"],
  ];
  if (hasPair)
    rows.push(
      ["", "db-1 db-2          PostgreSQL at 10.77.0.50, messages at 10.77.0.51, disks that both see (MSCS)"],
      ["", "witness-1          third vote of the pair"],
    );
  rows.push(["", "client             20 new connections per second to 10.77.0.100"]);
  if (!hasPair)
    rows.push(["", "Its web pages answer 503, for their database is on the pair that is left out."]);
  for (const remark of [...(lab.limits ?? []), ...lab.problems]) rows.push(["Mind", remark]);
  rows.push(
    ["Try", `${command} lab kill web-2`],
    ["", "and watch the console: web-1 and web-3 take over its clients. To switch it on again:"],
    ["", `${command} lab heal web-2`],
  );
  return rows;
}

function row([title, text]) {
  const indent = " ".repeat(18);
  return `  ${title.padEnd(16)}${text.trim().replaceAll("\n", `\n${indent}`)}`;
}

/** As a POSIX shell takes it for one word. */
function quoted(text) {
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
