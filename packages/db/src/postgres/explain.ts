/** Turns the last words of `initdb` or `postgres` into a sentence that says what to do. */

const cures: [RegExp, string][] = [
  [
    /No space left on device|Disk quota exceeded/i,
    "The disk is full. Free some space and start again; nothing was lost.",
  ],
  [
    /Permission denied|Operation not permitted/i,
    "The server account may not use this directory. Choose another --data directory or mend its rights.",
  ],
  [/Address already in use|could not bind/i, "The port is taken. Leave the port out to get a free one."],
  [/Read-only file system/i, "The file system is read-only. Choose another --data directory."],
  [
    /could not (create|resize) shared memory|Cannot allocate memory/i,
    "The machine has too little memory or a too small /dev/shm. Give it more, or set BULKHEAD_DATABASE_URL.",
  ],
  [
    /error while loading shared libraries/i,
    "A system library is missing. Install it, or set BULKHEAD_DATABASE_URL to a Postgres of your own.",
  ],
];

/** `what` completes "Could not ...". The last lines are quoted, so that nothing is hidden. */
export function explainFailure(what: string, dataDir: string, lines: readonly string[]): string {
  const text = lines.join("\n");
  const cure =
    cures.find(([pattern]) => pattern.test(text))?.[1] ??
    "Read the lines below; BULKHEAD_DATABASE_URL lets you use a Postgres of your own.";
  return `Could not ${what} in ${dataDir}. ${cure}\n${lines.slice(-6).join("\n")}`;
}
