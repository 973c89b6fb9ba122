/** Reads what the client's traffic program last wrote. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { nodePlaces, type Places } from "./places.ts";

/** Null until the first second of traffic is over. */
export async function readTraffic(places: Places): Promise<unknown> {
  const text = await readFile(join(nodePlaces(places, "client").share, "traffic.json"), "utf8").catch(
    () => null,
  );
  return text === null ? null : JSON.parse(text);
}
