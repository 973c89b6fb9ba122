/** The certificate databases as the real tools of NSS make and read them. */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { missingPrograms } from "./daemons.ts";
import { execute } from "./execute.ts";
import { installKeys, removeKeys, type TlsKeys } from "./nss.ts";

const missing = await missingPrograms(["certutil", "pk12util", "openssl"]);
const withTools = it.skipIf(missing.length > 0);

/** An authority, and a certificate of it. */
async function keysIn(directory: string): Promise<TlsKeys> {
  const file = (name: string) => join(directory, name);
  const make = (name: string, subject: string, more: string[]) =>
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", subject, ...more].concat([
        "-keyout",
        file(`${name}.key`),
        "-out",
        file(`${name}.pem`),
      ]),
      { stdio: "ignore" },
    );
  make("ca", "/CN=authority", []);
  make("own", "/CN=data", ["-CA", file("ca.pem"), "-CAkey", file("ca.key")]);
  const [caCert, cert, key] = await Promise.all(
    ["ca.pem", "own.pem", "own.key"].map((name) => readFile(file(name), "utf8")),
  );
  return { caCert: caCert ?? "", cert: cert ?? "", key: key ?? "" };
}

async function bench() {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-nss-"));
  return {
    keys: await keysIn(directory),
    place: { directory: join(directory, "etc/nssdb"), nickname: "Cluster Cert" } as const,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

withTools("holds the certificate with its key, under the name that the daemon asks for", async () => {
  await using it = await bench();
  expect(await installKeys(execute, it.place, it.keys)).toBe(true);
  const list = execFileSync("certutil", ["-L", "-d", it.place.directory], { encoding: "utf8" });
  expect(list).toMatch(/Cluster Cert +u,u,u/);
  const keys = execFileSync("certutil", [
    "-K",
    "-d",
    it.place.directory,
    "-f",
    join(it.place.directory, "pwdfile.txt"),
  ]);
  expect(keys.toString()).toContain("Cluster Cert");
  expect(await readdir(it.place.directory)).not.toContain("key.pem");
});

withTools("is made once for the same keys, and again for others", async () => {
  await using it = await bench();
  await installKeys(execute, it.place, it.keys);
  expect(await installKeys(execute, it.place, it.keys)).toBe(false);
  expect(await installKeys(execute, it.place, { ...it.keys, caCert: `${it.keys.caCert}\n` })).toBe(true);
});

withTools("takes away its own database, and gives back the one that was there before", async () => {
  await using it = await bench();
  await mkdir(it.place.directory, { recursive: true });
  await writeFile(join(it.place.directory, "cert9.db"), "theirs");
  await installKeys(execute, it.place, it.keys);
  await removeKeys(it.place.directory);
  expect(await readFile(join(it.place.directory, "cert9.db"), "utf8")).toBe("theirs");
  await removeKeys(it.place.directory);
  expect(await readdir(it.place.directory)).toEqual(["cert9.db"]);
});
