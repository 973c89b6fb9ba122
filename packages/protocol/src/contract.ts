/**
 * Compile-time proof that the schemas read exactly the types of the contract. `npm run types` fails on the
 * line of the message whose schema and type have drifted apart.
 */
import type { z } from "zod";
import type {
  BundleEnvelope,
  BundlePayload,
  BundleSecrets,
  EnrolRequest,
  EnrolResponse,
  ToAgent,
  ToController,
} from "./link.ts";
import type { bundleEnvelope, enrolRequest, enrolResponse, toAgent, toController } from "./schema-link.ts";
import type { bundlePayload, bundleSecrets } from "./schema-policy.ts";

/** Every field with its own type, optional ones told apart from missing ones, so that a forgotten field shows. */
type Keys<T> = T extends unknown
  ? T extends readonly unknown[]
    ? Keys<T[number]>
    : T extends object
      ? { [K in keyof T]-?: Keys<T[K]> }
      : T
  : never;
/** True when each of the two can stand for the other, and neither has a field that the other lacks. */
type Same<A, B> = [A, Keys<A>] extends [B, Keys<B>]
  ? [B, Keys<B>] extends [A, Keys<A>]
    ? true
    : false
  : false;
type Holds<T extends true> = T;

export type Contract = [
  Holds<Same<z.infer<typeof bundleEnvelope>, BundleEnvelope>>,
  Holds<Same<z.infer<typeof bundlePayload>, BundlePayload>>,
  Holds<Same<z.infer<typeof bundleSecrets>, BundleSecrets>>,
  Holds<Same<z.infer<typeof enrolRequest>, EnrolRequest>>,
  Holds<Same<z.infer<typeof enrolResponse>, EnrolResponse>>,
  Holds<Same<z.infer<typeof toAgent>, ToAgent>>,
  Holds<Same<z.infer<typeof toController>, ToController>>,
];
