/** Where the lab keeps things in the data directory, and where its own programs lie in the checkout. */
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Places {
  /** The data directory, absolute and without symbolic links. */
  data: string;
  checkout: string;
  /** Boot script, unit files, systemctl and fence agent of the nodes. */
  files: string;
  /** Node.js that runs the lab; the nodes get the same. */
  nodeBinary: string;
  /** Overlay stores of the nodes. May become a tmpfs. */
  disks: string;
  socket: string;
  facts: string;
}

export function placesOf(dataDir: string): Places {
  const data = realpathSync(dataDir);
  const checkout = realpathSync(join(dirname(fileURLToPath(import.meta.url)), "../../.."));
  return {
    data,
    checkout,
    files: join(checkout, "apps/lab/files"),
    nodeBinary: realpathSync(process.execPath),
    disks: join(data, "lab/disks"),
    socket: join(data, "lab.sock"),
    facts: join(data, "lab.json"),
  };
}

/** The image file of a disk that a pair shares. */
export function diskImage(places: Places, name: string): string {
  return join(places.data, `lab/disk-${name}.img`);
}

/** Directories of one node: its overlay store, the corner it shares with the fabric, its logs. */
export function nodePlaces(places: Places, name: string) {
  const home = join(places.data, "lab/nodes", name);
  return {
    disk: join(places.disks, name),
    share: join(home, "share"),
    units: join(home, "share/units"),
    log: join(home, "log"),
  };
}
