/**
 * Keys that the members of one cluster share: heartbeat keys of WLBS, the authkey of Corosync, the certificates of pairs and
 * witnesses. Made once per cluster, kept in DIR/secrets/cluster-secrets.json (0600), sent to nodes only sealed. A change of a heartbeat key
 * keeps its progress beside the keys, so that one write moves both.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { KeyRotation } from "@bulkhead/api";
import type { NodePolicy } from "@bulkhead/core/plan";
import type { BundleSecrets } from "@bulkhead/protocol";
import { readIfPresent, writeSecret } from "./secrets.ts";
import { Turns } from "./turns.ts";
import { isNearEnd, type KeyedCertificate, makeAuthority, makeCertificate } from "./witness-certificates.ts";

/** Progress of a key change as it outlives a restart. */
export interface StoredRotation
  extends Pick<KeyRotation, "keyId" | "step" | "startedAt" | "stepSince" | "by"> {
  /** The generation of each host's bundle of the step; null until they are made. */
  generations: Record<string, number> | null;
}

interface Stored {
  heartbeatKeys: Record<string, { id: number; key: string }[]>;
  corosyncAuthkeys: Record<string, string>;
  /** Absent in files of earlier versions, and until there is a pair with a witness. */
  witnessTls?: { authority: KeyedCertificate; certificates: Record<string, KeyedCertificate> };
  /** Absent in files of earlier versions. */
  rotations?: Record<string, StoredRotation>;
}

/** 256 bits for the heartbeat key, 1024 for Corosync (its own key generator's size is 1024 to 32768 bits). */
const heartbeatKeyBytes = 32;
const corosyncKeyBytes = 128;

/** The name that corosync-qdevice expects of its witness. */
const qnetdName = "Qnetd Server";

export class ClusterSecrets {
  readonly #file: string;
  #stored: Stored = { heartbeatKeys: {}, corosyncAuthkeys: {} };
  readonly #nowMs: () => number;
  readonly #certificates = new Turns();
  #saved: Promise<void> = Promise.resolve();

  private constructor(file: string, nowMs: () => number) {
    this.#file = file;
    this.#nowMs = nowMs;
  }

  /** Throws with a cure when the file is there but unreadable. */
  static async open(secretsDir: string, nowMs: () => number = Date.now): Promise<ClusterSecrets> {
    const secrets = new ClusterSecrets(join(secretsDir, "cluster-secrets.json"), nowMs);
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
    if (policy.service === "wlbs") return { heartbeatKeys: await this.#heartbeatKeys(policy.wlbs.cluster) };
    if (policy.service === "witness")
      return { witnessTls: await this.#witnessTls(`witness ${policy.witness.address}`, qnetdName) };
    if (policy.service !== "mscs") return null;
    const { cluster, witness, engine } = policy.mscs;
    if (engine === "adopted") return null;
    if (!this.#stored.corosyncAuthkeys[cluster]) {
      this.#stored.corosyncAuthkeys[cluster] = randomBytes(corosyncKeyBytes).toString("base64");
      await this.#save();
    }
    const corosyncAuthkey = this.#stored.corosyncAuthkeys[cluster];
    if (witness === null) return { corosyncAuthkey };
    return { corosyncAuthkey, witnessTls: await this.#witnessTls(`pair ${cluster}`, cluster) };
  }

  /** The last key change of every cluster that had one, by cluster. */
  rotations(): Readonly<Record<string, StoredRotation>> {
    return this.#stored.rotations ?? {};
  }

  /** Step `add`: a new key behind the present one, accepted but not yet signing. Resolves when it is on the disk. */
  async beginRotation(cluster: string, order: { by: string; now: number }): Promise<void> {
    const keys = await this.#heartbeatKeys(cluster);
    const keyId = Math.max(...keys.map(({ id }) => id)) + 1;
    this.#stored.heartbeatKeys[cluster] = [...keys, newHeartbeatKey(keyId)];
    const step = { keyId, step: "add", startedAt: order.now, stepSince: order.now, by: order.by } as const;
    await this.#setRotation(cluster, { ...step, generations: null });
  }

  /** `sign`: the new key comes first. `drop`: it is alone. `done`: nothing more to do. */
  async advanceRotation(cluster: string, step: KeyRotation["step"], now: number): Promise<void> {
    const rotation = this.rotations()[cluster];
    if (!rotation) return;
    const keys = await this.#heartbeatKeys(cluster);
    const isNew = ({ id }: { id: number }) => id === rotation.keyId;
    const fresh = keys.filter(isNew);
    if (step === "sign")
      this.#stored.heartbeatKeys[cluster] = [...fresh, ...keys.filter((key) => !isNew(key))];
    if (step === "drop") this.#stored.heartbeatKeys[cluster] = fresh;
    await this.#setRotation(cluster, { ...rotation, step, stepSince: now, generations: null });
  }

  /** The bundles of the step are made. */
  async noteGenerations(cluster: string, generations: Record<string, number>): Promise<void> {
    const rotation = this.rotations()[cluster];
    if (rotation) await this.#setRotation(cluster, { ...rotation, generations });
  }

  /** One at a time: two bundles of one deployment must not make two authorities. */
  #witnessTls(owner: string, name: string): Promise<NonNullable<BundleSecrets["witnessTls"]>> {
    return this.#certificates.take(async () => {
      const now = this.#nowMs();
      const present = this.#stored.witnessTls;
      const isUsable = present !== undefined && !isNearEnd(present.authority, now);
      const tls = isUsable ? present : { authority: await makeAuthority(now), certificates: {} };
      const known = tls.certificates[owner];
      const own =
        known === undefined || isNearEnd(known, now)
          ? await makeCertificate(tls.authority, name, now)
          : known;
      if (own !== known) {
        this.#stored.witnessTls = { ...tls, certificates: { ...tls.certificates, [owner]: own } };
        await this.#save();
      }
      return { caCert: tls.authority.cert, ...own };
    });
  }

  async #heartbeatKeys(cluster: string): Promise<{ id: number; key: string }[]> {
    const present = this.#stored.heartbeatKeys[cluster];
    if (present) return present;
    const made = [newHeartbeatKey(1)];
    this.#stored.heartbeatKeys[cluster] = made;
    await this.#save();
    return made;
  }

  async #setRotation(cluster: string, rotation: StoredRotation): Promise<void> {
    this.#stored.rotations = { ...this.#stored.rotations, [cluster]: rotation };
    await this.#save();
  }

  /** One write after the other: two deployments may ask at once. */
  #save(): Promise<void> {
    this.#saved = this.#saved
      .catch(() => undefined)
      .then(() => writeSecret(this.#file, JSON.stringify(this.#stored)));
    return this.#saved;
  }
}

function newHeartbeatKey(id: number): { id: number; key: string } {
  return { id, key: randomBytes(heartbeatKeyBytes).toString("base64") };
}
