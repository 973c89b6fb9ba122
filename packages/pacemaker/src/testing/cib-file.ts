/** A CIB as a file, for Pacemaker's programs that read one. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives `use` the path of a file with this text, in a directory of its own that is gone afterwards. */
export async function withCib<T>(text: string, use: (file: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-cib-"));
  try {
    const file = join(directory, "cib.xml");
    await writeFile(file, text);
    return await use(file);
  } finally {
    await rm(directory, { recursive: true });
  }
}
