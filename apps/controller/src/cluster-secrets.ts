/**
 * Keys that the members of one cluster share: heartbeat keys of WLBS, the authkey of Corosync. Made once per
 * cluster, kept in DIR/secrets/cluster-secrets.json (0600), sent to nodes only sealed.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { NodePolicy } from "@bulkhead/core/plan";
import type { BundleSecrets } from "@bulkhead/protocol";
import { readIfPresent, writeSecret } from "./secrets.ts";

interface Stored {
  heartbeatKeys: Record<string, { id: number; key: string }[]>;
  corosyncAuthkeys: Record<string, string>;
}

/** 256 bits for the heartbeat key, 1024 for Corosync (its own key generator's size is 1024 to 32768 bits). */
const heartbeatKeyBytes = 32;
const corosyncKeyBytes = 128;

export class ClusterSecrets {
  readonly #file: string;
  #stored: Stored = { heartbeatKeys: {}, corosyncAuthkeys: {} };
  #saved: Promise<void> = Promise.resolve();

  private constructor(file: string) {
    this.#file = file;
  }

  /** Throws with a cure when the file is there but unreadable. */
  static async open(secretsDir: string): Promise<ClusterSecrets> {
    const secrets = new ClusterSecrets(join(secretsDir, "cluster-secrets.json"));
    const text = await readIfPresent(secrets.#file);
    if (text === null) return secrets;
    try {
      secrets.#stored = JSON.parse(text) as Stored;
    } catch {
      throw new Error(
        `${secrets.#file} is damaged. Restore it from a backup, or remove it to give every cluster new keys.`,
      );
    }
    return secrets;
  }

  /** What the node of this policy may know; makes and stores keys that are missing. Null: nothing. */
  async forPolicy(policy: NodePolicy): Promise<BundleSecrets | null> {
    if (policy.service === "wlbs") {
      const cluster = policy.wlbs.cluster;
      if (!this.#stored.heartbeatKeys[cluster]) {
        this.#stored.heartbeatKeys[cluster] = [
          { id: 1, key: randomBytes(heartbeatKeyBytes).toString("base64") },
        ];
        await this.#save();
      }
      return { heartbeatKeys: this.#stored.heartbeatKeys[cluster] };
    }
    if (policy.service !== "mscs") return null;
    const cluster = policy.mscs.cluster;
    if (!this.#stored.corosyncAuthkeys[cluster]) {
      this.#stored.corosyncAuthkeys[cluster] = randomBytes(corosyncKeyBytes).toString("base64");
      await this.#save();
    }
    return { corosyncAuthkey: this.#stored.corosyncAuthkeys[cluster] };
  }

  /** One write after the other: two deployments may ask at once. */
  #save(): Promise<void> {
    this.#saved = this.#saved
      .catch(() => undefined)
      .then(() => writeSecret(this.#file, JSON.stringify(this.#stored)));
    return this.#saved;
  }
}
