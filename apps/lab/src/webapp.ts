/**
 * The lab's web application: every page says which host answered, counts the visit in the PostgreSQL group behind, and
 * reads the count of all hosts back. It runs on each web host behind nginx.
 *
 * `/` is 200 with the page, or 503 with "back end away since ..." while the database does not answer: a page that could
 * not do its work must not look well. `/healthz` tells whether this program works and leaves the back end out: a
 * failover of the database must not make all hosts leave the cluster at once. `/whoami` and `/hold` need no database.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { hostname } from "node:os";
import pg from "pg";

const me = hostname();
/** Group address of the pair; see topology.ts, which is not imported to keep this program free of the lab. */
const database = { host: "10.77.0.50", port: 5432, user: "shop", database: "shop" };
const tickMs = 500;

const pool = new pg.Pool({
  ...database,
  max: 4,
  connectionTimeoutMillis: 1000,
  query_timeout: 1500,
  // A failover takes the connections with it without a goodbye: idle ones do not deserve trust for long.
  idleTimeoutMillis: 5000,
});
let awaySince: Date | null = null;
pool.on("error", () => undefined);

const count = `INSERT INTO visits (host, count) VALUES ($1, 1)
  ON CONFLICT (host) DO UPDATE SET count = visits.count + 1 RETURNING count`;

async function visit(): Promise<{ here: number; everywhere: number }> {
  const written = await pool.query<{ count: string }>(count, [me]);
  const read = await pool.query<{ sum: string }>("SELECT sum(count) FROM visits");
  return { here: Number(written.rows[0]?.count), everywhere: Number(read.rows[0]?.sum) };
}

async function page(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = performance.now();
  const visits = await visit().catch(() => null);
  const backEndMs = Math.round((performance.now() - startedAt) * 10) / 10;
  awaySince = visits === null ? (awaySince ?? new Date()) : null;
  const facts = {
    host: me,
    client: String(request.headers["x-real-ip"] ?? request.socket.remoteAddress),
    visits,
    backEndMs,
    backEndAwaySince: awaySince?.toISOString() ?? null,
  };
  const asJson = request.headers.accept?.includes("application/json") ?? false;
  response.writeHead(visits === null ? 503 : 200, {
    "content-type": asJson ? "application/json" : "text/html; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(asJson ? JSON.stringify(facts) : html(facts));
}

function html(facts: {
  host: string;
  client: string;
  visits: Awaited<ReturnType<typeof visit>> | null;
  backEndAwaySince: string | null;
}): string {
  const back =
    facts.visits === null
      ? `<p>Back end away since ${facts.backEndAwaySince}.</p>`
      : `<p>Visit ${facts.visits.here} on this host, ${facts.visits.everywhere} on all.</p>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop on ${facts.host}</title>
<h1>${facts.host}</h1><p>You are ${facts.client}.</p>${back}</html>\n`;
}

/** A line now and every half second, until the client leaves. */
function hold(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/plain", "cache-control": "no-store" });
  let tick = 0;
  const write = () => response.write(`${me} ${tick++}\n`);
  write();
  const timer = setInterval(write, tickMs);
  response.on("close", () => clearInterval(timer));
}

const server = createServer((request, response) => {
  const path = (request.url ?? "/").split("?")[0];
  if (path === "/") void page(request, response).catch(() => response.destroy());
  else if (path === "/whoami") response.end(`${me}\n`);
  else if (path === "/healthz") response.end("ok\n");
  else if (path === "/hold") hold(response);
  else response.writeHead(404).end("There is no such page.\n");
});
server.keepAliveTimeout = 75_000;
server.listen(8080, "127.0.0.1");
