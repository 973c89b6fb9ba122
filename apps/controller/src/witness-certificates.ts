/**
 * The certificates with which pairs and witnesses know each other: one authority of the fleet, one certificate for each
 * pair and each witness. Names are those that the programs demand: qnetd is "Qnetd Server", a pair is called by its
 * cluster name.
 */
// The library finds its parts by decorators, which want this first.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

/** PEM; the key is PKCS #8. */
export interface KeyedCertificate {
  cert: string;
  key: string;
}

const lifetimeYears = 10;
/** A certificate with less left than this is made anew with the next bundle. */
const renewMs = 365 * 24 * 3600 * 1000;
/** Clocks of machines are not all right. */
const slackMs = 24 * 3600 * 1000;
/** RSA 2048, as Corosync's own scripts make it: every version of NSS takes it on both ends. */
const algorithm = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};

export async function makeAuthority(now: number): Promise<KeyedCertificate> {
  const keys = await makeKeys();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: ["Bulkhead witness CA"] }],
    ...lifetime(now),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: cert.toString("pem"), key: await keyText(keys.privateKey) };
}

/** `name` becomes the subject's common name. */
export async function makeCertificate(
  authority: KeyedCertificate,
  name: string,
  now: number,
): Promise<KeyedCertificate> {
  const keys = await makeKeys();
  const issuer = new x509.X509Certificate(authority.cert);
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [name] }],
    issuer: issuer.subjectName.toJSON(),
    ...lifetime(now, issuer.notAfter),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: await readKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
        true,
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { cert: cert.toString("pem"), key: await keyText(keys.privateKey) };
}

/** True when it ends so soon that it should be made anew; an unreadable one too. */
export function isNearEnd({ cert }: KeyedCertificate, now: number): boolean {
  try {
    return new x509.X509Certificate(cert).notAfter.getTime() - now < renewMs;
  } catch {
    return true;
  }
}

/** Nothing outlives its authority. */
function lifetime(now: number, limit?: Date): { notBefore: Date; notAfter: Date } {
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + lifetimeYears);
  return {
    notBefore: new Date(now - slackMs),
    notAfter: limit !== undefined && limit < end ? limit : end,
  };
}

function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function keyText(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

function readKey(text: string): Promise<webcrypto.CryptoKey> {
  const [bytes] = x509.PemConverter.decode(text);
  if (bytes === undefined) throw new Error("The key of the witness authority is damaged");
  return webcrypto.subtle.importKey("pkcs8", bytes, algorithm, false, ["sign"]);
}

/** Positive and 64 bits long. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(8));
  bytes[0] = (bytes[0] ?? 0) & 0x7f || 1;
  return Buffer.from(bytes).toString("hex");
}
