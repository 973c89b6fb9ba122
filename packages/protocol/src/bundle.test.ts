import { sign } from "node:crypto";
import { canonicalJson } from "@bulkhead/core/fleet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signBundle, verifyBundle } from "./bundle.ts";
import { newNonce, signHello, signWelcome, verifyHello, verifyWelcome } from "./challenge.ts";
import {
  generateKey,
  keyFingerprint,
  privateKeyText,
  publicKeyText,
  readPrivateKey,
  readPublicKey,
} from "./keys.ts";
import { samplePayload, samplePolicies } from "./samples.ts";
import { openSecrets, sealSecrets } from "./seal.ts";
import { formatToken, newTokenSecret, parseToken } from "./token.ts";

const controller = generateKey("ed25519");
const payload = samplePayload(samplePolicies[0]!);
const trusted = readPublicKey(publicKeyText(controller), "ed25519");
if (!trusted.ok) throw new Error(trusted.problem);

describe("a bundle", () => {
  const envelope = signBundle(payload, controller);

  it("is verified with the controller's public key", () => {
    const outcome = verifyBundle(envelope, trusted.value);
    expect(outcome).toMatchObject({ ok: true, value: { payload } });
  });

  it("has one digest for one content, whatever the order of its fields", () => {
    const shuffled = Object.fromEntries(Object.entries(payload).reverse()) as typeof payload;
    expect(signBundle(shuffled, controller)).toEqual(envelope);
  });

  it("of another signer is refused, by its key id and by its signature", () => {
    const stranger = generateKey("ed25519");
    expect(verifyBundle(signBundle(payload, stranger), trusted.value)).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/does not trust/),
    });
    const forged = { ...signBundle(payload, stranger), keyId: keyFingerprint(controller) };
    expect(verifyBundle(forged, trusted.value)).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/signature/),
    });
  });

  it("with any one bit turned over is refused", () => {
    const bytes = Buffer.from(envelope.payload, "base64");
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const turned = Buffer.from(bytes);
        turned[bit >> 3] = turned[bit >> 3]! ^ (1 << (bit & 7));
        expect(verifyBundle({ ...envelope, payload: turned.toString("base64") }, trusted.value).ok).toBe(
          false,
        );
      }),
    );
  });

  it("that is well signed but no bundle is refused", () => {
    const bytes = Buffer.from(canonicalJson({ purpose: "bulkhead link v1 welcome" }));
    const signature = sign(null, bytes, controller).toString("base64");
    const outcome = verifyBundle(
      { payload: bytes.toString("base64"), signature, keyId: envelope.keyId },
      trusted.value,
    );
    expect(outcome).toMatchObject({ ok: false, problem: expect.stringMatching(/bundle is not as agreed/) });
  });
});

describe("sealed secrets", () => {
  const node = generateKey("x25519");
  const recipient = readPublicKey(publicKeyText(node), "x25519");
  if (!recipient.ok) throw new Error(recipient.problem);
  const secrets = { heartbeatKeys: [{ id: 1, key: "c2VjcmV0" }], corosyncAuthkey: "YXV0aA==" };
  const binding = { node: "web-1", generation: 3 };
  const sealed = sealSecrets(secrets, recipient.value, binding);

  it("are opened by their node for their bundle", () => {
    expect(openSecrets(sealed, node, binding)).toEqual({ ok: true, value: secrets });
  });

  it("are not readable on the way, and differ each time", () => {
    expect(Buffer.from(sealed, "base64").toString("latin1")).not.toContain("heartbeatKeys");
    expect(sealSecrets(secrets, recipient.value, binding)).not.toBe(sealed);
  });

  it.each([
    ["another node", { node: "web-2", generation: 3 }],
    ["a later bundle", { node: "web-1", generation: 4 }],
  ])("cannot be moved to %s", (_, other) => {
    expect(openSecrets(sealed, node, other)).toMatchObject({ ok: false });
  });

  it("are not opened by another key, nor when damaged or cut", () => {
    expect(openSecrets(sealed, generateKey("x25519"), binding).ok).toBe(false);
    const bytes = Buffer.from(sealed, "base64");
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = damaged[at]! ^ by;
        expect(openSecrets(damaged.toString("base64"), node, binding).ok).toBe(false);
        expect(openSecrets(bytes.subarray(0, at).toString("base64"), node, binding).ok).toBe(false);
      }),
    );
  });
});

describe("the handshake", () => {
  const node = generateKey("ed25519");
  const handshake = { node: "web-1", challenge: newNonce(), nonce: newNonce() };

  it("holds for the right parties", () => {
    expect(verifyHello(handshake, signHello(handshake, node), node)).toBe(true);
    expect(verifyWelcome(handshake, signWelcome(handshake, controller), trusted.value)).toBe(true);
  });

  it("cannot be replayed, reflected, or done in another's name", () => {
    const hello = signHello(handshake, node);
    expect(verifyHello({ ...handshake, challenge: newNonce() }, hello, node)).toBe(false);
    expect(verifyHello({ ...handshake, node: "web-2" }, hello, node)).toBe(false);
    expect(verifyWelcome(handshake, hello, node)).toBe(false);
    expect(verifyHello(handshake, "", node)).toBe(false);
  });
});

describe("keys and tokens", () => {
  it("come through their texts", () => {
    const again = readPrivateKey(privateKeyText(controller), "ed25519");
    expect(again.ok && keyFingerprint(again.value)).toBe(keyFingerprint(trusted.value));
    expect(keyFingerprint(controller)).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });

  it("of the wrong kind are refused", () => {
    expect(readPublicKey(publicKeyText(controller), "x25519").ok).toBe(false);
    expect(readPrivateKey(privateKeyText(controller), "x25519").ok).toBe(false);
    expect(readPublicKey("AAAA", "ed25519").ok).toBe(false);
    expect(readPrivateKey("", "ed25519").ok).toBe(false);
  });

  it("tokens carry secret and key id, and a bad one is not quoted", () => {
    const token = { secret: newTokenSecret(), keyId: keyFingerprint(controller) };
    expect(parseToken(` ${formatToken(token)}\n`)).toEqual({ ok: true, value: token });
    const bad = parseToken(`${formatToken(token)}x`);
    expect(bad.ok).toBe(false);
    expect(JSON.stringify(bad)).not.toContain(token.secret);
  });
});
