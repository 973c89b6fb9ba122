/** Where the machine's PostgreSQL programs are: Debian 12 has 15, Ubuntu 24.04 has 16; the newest is taken. */
import { existsSync, readdirSync } from "node:fs";

const versions = "/usr/lib/postgresql";

/** Directory with initdb and postgres of the newest installed version; null if there is none. */
export function postgresPrograms(): string | null {
  if (!existsSync(versions)) return null;
  const found = readdirSync(versions)
    .filter((version) => /^\d+$/.test(version) && existsSync(`${versions}/${version}/bin/initdb`))
    .sort((a, b) => Number(b) - Number(a));
  return found[0] === undefined ? null : `${versions}/${found[0]}/bin`;
}
