/** What no two nodes of the lab's pair may have at the same time. */

/** Mount points of the shared disks. */
export const mounts = { "disk sql": "/srv/sql", "disk queue": "/srv/queue" } as const;
/** Addresses of the groups. */
export const addresses = { "address sql": "10.77.0.50", "address queue": "10.77.0.51" } as const;

export type Watched = keyof typeof mounts | keyof typeof addresses | "postgres" | "mosquitto";

export const watchedNames: readonly Watched[] = [
  "disk sql",
  "disk queue",
  "address sql",
  "address queue",
  "postgres",
  "mosquitto",
];

/** What the watcher prints at its end. */
export interface WatchReport {
  looks: number;
  longestPauseMs: number;
  seen: { at: number; node: string; thing: string; held: boolean }[];
  /** Moments at which both nodes had it. */
  doubles: { at: number; thing: string }[];
}
