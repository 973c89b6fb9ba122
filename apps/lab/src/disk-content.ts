/** What lies on a shared disk when it is made: a PostgreSQL with the shop's tables, or an empty home for the message broker. */
import { postgresPrograms } from "./postgres-programs.ts";
import { must } from "./run.ts";
import type { DiskSpec } from "./topology.ts";

/** What the shop keeps, and who may ask: everybody on the service network, as this network is the lab's own. */
const shopSchema = `
CREATE ROLE shop LOGIN;
CREATE TABLE visits (host text PRIMARY KEY, count bigint NOT NULL);
ALTER TABLE visits OWNER TO shop;
CREATE TABLE ledger (seq bigint PRIMARY KEY, written timestamptz NOT NULL DEFAULT clock_timestamp());
ALTER TABLE ledger OWNER TO shop;
`;
const hostRules = ["local all all trust", "host shop shop 10.77.0.0/24 trust", ""].join("\n");
const settings = [
  "listen_addresses = '*'",
  "max_connections = 60",
  "shared_buffers = 16MB",
  "unix_socket_directories = '/run/postgresql'",
  "",
].join("\n");

/** Everybody on the lab's network may come in: this network is the lab's own. */
const brokerSettings = "allow_anonymous true\n";

/** Fills a disk that is mounted at `mount`. Rejects when the programs that this takes are not installed. */
export async function fillDisk(content: DiskSpec["content"], mount: string): Promise<void> {
  if (content === "postgresql") return initialisePostgres(`${mount}/data`);
  const owned = ["install", "-d", "-o", "mosquitto", "-g", "mosquitto", "-m", "0750"];
  await must([...owned, `${mount}/data`, `${mount}/data/conf.d`]);
  await must(["tee", `${mount}/data/conf.d/lab.conf`], { input: brokerSettings });
}

async function initialisePostgres(dataDir: string): Promise<void> {
  const asPostgres = [
    "setpriv",
    "--reuid",
    "postgres",
    "--regid",
    "postgres",
    "--init-groups",
    "env",
    "-C",
    "/",
    "LC_ALL=C",
  ];
  const postgresBin = postgresPrograms();
  if (postgresBin === null) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  await must(["install", "-d", "-o", "postgres", "-g", "postgres", "-m", "0700", dataDir]);
  // The file system is unmounted afterwards, which is all the syncing that is needed.
  const initdb = `${postgresBin}/initdb -D ${dataDir} -U postgres -E UTF8 --locale=C --auth=trust --no-sync`;
  await must([...asPostgres, ...initdb.split(" ")]);
  await must([...asPostgres, "tee", `${dataDir}/pg_hba.conf`], { input: hostRules });
  await must([...asPostgres, "tee", "-a", `${dataDir}/postgresql.conf`], { input: settings });
  const single = (database: string) => [
    ...asPostgres,
    `${postgresBin}/postgres`,
    "--single",
    "-j",
    "-D",
    dataDir,
    database,
  ];
  await must(single("postgres"), { input: "CREATE DATABASE shop;\n\n" });
  await must(single("shop"), { input: shopSchema.trim().split("\n").join("\n\n") + "\n\n" });
}
