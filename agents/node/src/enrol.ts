/**
 * Enrolment: the node makes its keys, shows the one-use token to the controller, and believes the answer only
 * if the controller's key is the one whose fingerprint is in the token. Nothing is stored before that.
 */
import {
  type EnrolResponse,
  enrolBytesMax,
  keyFingerprint,
  type Parsed,
  parsed,
  parseEnrolResponse,
  parseToken,
  publicKeyText,
  readPublicKey,
  unreadable,
} from "@bulkhead/protocol";
import { errorText } from "@bulkhead/runtime";
import { storeConfig } from "./config.ts";
import { type Identity, loadIdentity, newNodeKeys, storeIdentity } from "./identity.ts";
import type { NodePaths } from "./paths.ts";
import { forgetPolicy } from "./policy-ledger.ts";
import type { SystemReader } from "./system.ts";

const answerTimeoutMs = 15_000;

export interface EnrolOptions {
  /** `http(s)://host[:port]`. */
  controllerUrl: string;
  /** Text of the token as it came from the file or the terminal. */
  token: string;
  paths: NodePaths;
  system: SystemReader;
}

/** Stores the identity and gives the node's name, or says why not. The problem never holds the token. */
export async function enrol(options: EnrolOptions): Promise<Parsed<string>> {
  const token = parseToken(options.token);
  if (!token.ok) return token;
  const keys = newNodeKeys();
  const answer = await askController(options, {
    token: options.token.trim(),
    inventory: await options.system.inventory(),
    signingKey: publicKeyText(keys.signingKey),
    sealingKey: publicKeyText(keys.sealingKey),
  });
  if (!answer.ok) return answer;
  const controllerKey = readPublicKey(answer.value.controllerKey, "ed25519");
  if (!controllerKey.ok) return unreadable(`The controller sent no usable key. ${controllerKey.problem}`);
  if (keyFingerprint(controllerKey.value) !== token.value.keyId)
    return unreadable(
      `The server at ${options.controllerUrl} is not the controller that made the token; check the address, and who answers there.`,
    );
  const identity: Identity = {
    ...keys,
    node: answer.value.node,
    controllerKey: controllerKey.value,
  };
  forgetPolicy(options.paths.policy);
  storeConfig(options.paths.config, { controllers: [options.controllerUrl] });
  storeIdentity(options.paths.identity, identity);
  return parsed(identity.node);
}

/**
 * True when this node has a whole identity; with a token, only if it is one of the controller that made the
 * token: a token of another controller means that the node is to change over.
 */
export function isEnrolled(identityPath: string, tokenText: string | null): boolean {
  const identity = loadIdentity(identityPath);
  if (!identity.ok) return false;
  const token = tokenText === null ? null : parseToken(tokenText);
  return !token?.ok || token.value.keyId === keyFingerprint(identity.value.controllerKey);
}

async function askController(options: EnrolOptions, request: object): Promise<Parsed<EnrolResponse>> {
  const url = new URL("/agent/enrol", options.controllerUrl);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
      redirect: "error",
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    const text = await readBounded(response);
    if (response.ok) return parseEnrolResponse(text);
    return unreadable(refusalOf(text) ?? `The controller answered ${response.status}; see its log.`);
  } catch (error) {
    const cause =
      error instanceof Error && error.cause !== undefined ? errorText(error.cause) : errorText(error);
    return unreadable(
      `The controller at ${url.origin} cannot be reached (${cause}); check address and firewall.`,
    );
  }
}

/** Nobody is trusted yet: an answer without end must not fill the memory. */
async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (response.body === null) return "";
  const body: AsyncIterable<Uint8Array> = response.body;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > enrolBytesMax) throw new Error(`an answer larger than ${enrolBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The controller refuses with `{ refusal }` or `{ message }`; its words are better than a status number. */
function refusalOf(text: string): string | null {
  try {
    const plain = JSON.parse(text) as { message?: unknown; refusal?: { message?: unknown; cure?: unknown } };
    const { refusal, message } = plain;
    if (typeof refusal?.message === "string")
      return `${refusal.message}. ${typeof refusal.cure === "string" ? refusal.cure : ""}`.trim();
    return typeof message === "string" ? message : null;
  } catch {
    return null;
  }
}
