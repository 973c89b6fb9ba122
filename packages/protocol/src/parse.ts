/**
 * From text to messages. Every function gives a value; nothing here throws, whatever the text. The
 * problem names the place, not the content: texts may hold secrets.
 */
import type { z } from "zod";
import { enrolBytesMax, frameBytesMax } from "./limits.ts";
import type {
  BundleEnvelope,
  BundlePayload,
  BundleSecrets,
  EnrolRequest,
  EnrolResponse,
  ToAgent,
  ToController,
} from "./link.ts";
import { type Parsed, parsed, unreadable } from "./parsed.ts";
import { bundleEnvelope, enrolRequest, enrolResponse, toAgent, toController } from "./schema-link.ts";
import { bundlePayload, bundleSecrets } from "./schema-policy.ts";

export function parseToAgent(text: string): Parsed<ToAgent> {
  return read(text, toAgent, { what: "frame", bytesMax: frameBytesMax });
}

export function parseToController(text: string): Parsed<ToController> {
  return read(text, toController, { what: "frame", bytesMax: frameBytesMax });
}

/** Before verification: only the shape of the envelope. */
export function parseEnvelope(text: string): Parsed<BundleEnvelope> {
  return read(text, bundleEnvelope, { what: "bundle envelope", bytesMax: frameBytesMax });
}

export function parseBundlePayload(text: string): Parsed<BundlePayload> {
  return read(text, bundlePayload, { what: "bundle", bytesMax: frameBytesMax });
}

export function parseBundleSecrets(text: string): Parsed<BundleSecrets> {
  return read(text, bundleSecrets, { what: "bundle's secrets", bytesMax: frameBytesMax });
}

export function parseEnrolRequest(text: string): Parsed<EnrolRequest> {
  return read(text, enrolRequest, { what: "enrolment request", bytesMax: enrolBytesMax });
}

export function parseEnrolResponse(text: string): Parsed<EnrolResponse> {
  return read(text, enrolResponse, { what: "enrolment response", bytesMax: enrolBytesMax });
}

function read<T>(text: string, schema: z.ZodType<T>, limits: { what: string; bytesMax: number }): Parsed<T> {
  if (Buffer.byteLength(text) > limits.bytesMax)
    return unreadable(`The ${limits.what} is larger than ${limits.bytesMax} bytes.`);
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch {
    return unreadable(`The ${limits.what} is not JSON.`);
  }
  const outcome = schema.safeParse(plain);
  if (outcome.success) return parsed(outcome.data);
  const issue = outcome.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? "at its top" : `at ${issue.path.join(".")}`;
  return unreadable(`The ${limits.what} is not as agreed ${place}: ${issue?.message ?? "unknown"}.`);
}
