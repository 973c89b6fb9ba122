/** Certificates of the TLS between a pair and its witness, where the two programs look for them. */
import { execute, installKeys, MissingToolError, missingPrograms, type NssPlace } from "@bulkhead/pacemaker";
import type { BundleSecrets } from "@bulkhead/protocol";

const programs = ["certutil", "pk12util", "openssl"];

/** True if they are new. Rejects when the bundle carries none: a witness without proof of who it is gets no vote. */
export async function installWitnessKeys(place: NssPlace, secrets: BundleSecrets): Promise<boolean> {
  const keys = secrets.witnessTls;
  if (keys === undefined)
    throw new Error(
      "The bundle carries no certificate for the witness; update the controller, then apply the deployment again",
    );
  const [missing] = await missingPrograms(programs);
  if (missing !== undefined) throw new MissingToolError(missing);
  return installKeys(execute, place, keys);
}
