/** The options of `npm start`: everything that can be refused before anything is touched is refused here. */
import path from "node:path";
import { root } from "./setup.mjs";
import { Halt, say } from "./steps.mjs";
import { readWords } from "./words.mjs";

export const usage = `Usage: npm start -- [options]

  --port N               port of console and API (default 7700)
  --data DIR             where data, secrets and logs are kept (default .bulkhead in this checkout)
  --database-url URL     your own PostgreSQL instead of the embedded one; with a password in it better
                         as the environment variable BULKHEAD_DATABASE_URL, which nobody else can see
  --no-lab               controller and console only
  --pairs HOW            pairs in the lab: one (default), two, or by-hand: a second one that nobody has set up
  --token-ms N           Corosync's token of the lab's pairs, 1000 to 30000 (default 1000)
  --reset                delete the data directory's content first: fleet, users, audit log
  --yes                  install system packages and reset without asking
  --help                 this text
`;

export const defaultData = path.join(root, ".bulkhead");

/** The longest path that the kernel takes for a local socket, without the final zero. */
const socketPathMax = 107;

/** Throws a Halt with exit code 2 for what cannot be meant. */
export function readOptions() {
  const options = {
    port: { type: "string", default: "7700" },
    data: { type: "string", default: defaultData },
    "database-url": { type: "string" },
    "no-lab": { type: "boolean", default: false },
    pairs: { type: "string", default: "one" },
    "token-ms": { type: "string" },
    reset: { type: "boolean", default: false },
    yes: { type: "boolean", default: false },
    // For programs that start us: the facts as one line of JSON, and an end when standard input ends.
    announce: { type: "boolean", default: false },
    lifeline: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  };
  const values = readWords(options, usage);
  if (values.help) return values;
  return {
    ...values,
    port: readPort(values.port),
    data: readData(values.data),
    databaseUrl: readDatabaseUrl(values["database-url"]),
    withLab: !values["no-lab"],
    pairs: readPairs(values.pairs),
    tokenMs: readToken(values["token-ms"]),
  };
}

function readPairs(text) {
  if (["one", "two", "by-hand"].includes(text)) return text;
  throw new Halt(`--pairs ${text} is not known.`, "Give one, two or by-hand.", 2);
}

function readToken(text) {
  if (text === undefined) return null;
  if (/^\d+$/.test(text) && Number(text) >= 1000 && Number(text) <= 30_000) return Number(text);
  throw new Halt(`--token-ms ${text} is not a token.`, "Give milliseconds from 1000 to 30000.", 2);
}

function readPort(text) {
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535) return Number(text);
  throw new Halt(`--port ${text} is not a port.`, "Give a number from 1 to 65535.", 2);
}

function readData(text) {
  if (text.trim() === "") throw new Halt("--data is empty.", "Give a directory, or leave the option out.", 2);
  // npm runs us in the checkout, whatever directory its user is in.
  const data = path.resolve(process.env.INIT_CWD ?? process.cwd(), text);
  const socket = path.join(data, "controller.sock");
  const excess = Buffer.byteLength(socket) - socketPathMax;
  if (excess > 0)
    throw new Halt(
      `The path of the data directory ${data} is too long by ${excess} characters for the sockets in it.`,
      "Choose a shorter one with --data.",
      2,
    );
  return data;
}

/** Taken out of the environment: only the controller is to know it. */
function readDatabaseUrl(option) {
  const text = option ?? process.env.BULKHEAD_DATABASE_URL;
  delete process.env.BULKHEAD_DATABASE_URL;
  if (text === undefined || text === "") return undefined;
  const url = parseUrl(text);
  if (!/^postgres(ql)?:$/.test(url?.protocol ?? "") || url.hostname === "")
    throw new Halt(
      "The database URL cannot be read.",
      "Give it as postgres://user:password@host:5432/name; special characters in the password as %XX.",
      2,
    );
  if (option !== undefined && url.password !== "")
    say(
      "\nThe password in --database-url is visible to other users of this machine; BULKHEAD_DATABASE_URL is not.",
    );
  return text;
}

function parseUrl(text) {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
