/** What exists in one place only: spawning, sockets, the clock, Prisma. And core touches none of it. */
import { expect, it } from "vitest";
import { isTest, sourceFiles } from "./source.ts";

interface Place {
  what: string;
  pattern: RegExp;
  /** Folders or files in which it may stand. */
  home: readonly string[];
  cure: string;
}

const places: readonly Place[] = [
  {
    what: "a process is spawned",
    pattern: /from "node:child_process"/,
    home: [
      "packages/nft/",
      "packages/pacemaker/",
      "packages/db/src/postgres/",
      "packages/tidy/",
      "apps/lab/",
      "apps/controller/src/",
      "agents/node/src/",
      "packages/runtime/src/",
      "e2e/",
    ],
    cure: "use the runner of packages/nft or packages/pacemaker, or give the program a home and list it here",
  },
  {
    what: "a socket is opened",
    pattern: /from "(node:(net|dgram|tls|http|https|http2)|ws)"/,
    home: [
      "packages/net/",
      "packages/runtime/src/local-socket.ts",
      "apps/lab/",
      "apps/controller/src/",
      "apps/cli/src/commands/lab.ts",
      "packages/db/src/postgres/",
      "agents/node/src/",
      "e2e/",
    ],
    cure: "use packages/net",
  },
  {
    what: "Prisma is used",
    pattern: /from "(@prisma\/|[^"]*generated\/)/,
    home: ["packages/db/"],
    cure: "add a method to a store in packages/db",
  },
  {
    what: "SQL is spoken",
    pattern: /from "pg(-copy-streams)?"/,
    home: ["packages/db/", "apps/lab/", "e2e/"],
    cure: "add a method to a store in packages/db",
  },
];

const files = sourceFiles().filter(({ name }) => !isTest(name));

it.each(places)("$what only in its place", ({ pattern, home, cure }) => {
  const wrong = files
    .filter(({ name, text }) => pattern.test(text) && !home.some((folder) => name.startsWith(folder)))
    .map(({ name }) => `${name}: ${cure}`);
  expect(wrong).toEqual([]);
});

const impure =
  /\b(Date\.now|new Date\(\)|Math\.random|process\.|setTimeout|setInterval|queueMicrotask|fetch\(|crypto\.|performance\.now)|from "node:/;

it("core is pure: no clock, no chance, no process, no timers, no node:*", () => {
  const wrong = files
    .filter(({ name, text }) => name.startsWith("packages/core/") && impure.test(withoutComments(text)))
    .map(
      ({ name, text }) =>
        `${name} uses ${impure.exec(withoutComments(text))?.[0]}: take it as a field of the event, or as a parameter`,
    );
  expect(wrong).toEqual([]);
});

it("core has no dependencies", () => {
  const wrong = files
    .filter(({ name }) => name.startsWith("packages/core/"))
    .flatMap(({ name, imports }) =>
      imports
        .filter(({ target }) => !target.startsWith("."))
        .map(({ target }) => `${name} imports ${target}: core decides with what it is given`),
    );
  expect(wrong).toEqual([]);
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}
