/**
 * Sign-in of people: better-auth with email and password, sessions in the database, sign-up closed (the set-up
 * link makes the first user). Requests come from `http/auth-route.ts`.
 */
import type { Actor } from "@bulkhead/api";
import type { Logger } from "@bulkhead/runtime";
import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";

/** Set by our own HTTP shell from the socket, so that no client can choose the address it is limited by. */
export const peerHeader = "x-bulkhead-peer";

export interface AuthOptions {
  /** `Db.authClient`. */
  client: object;
  secret: string;
  /** Behind TLS: cookies are then `Secure` and carry the `__Secure-` prefix. */
  publicUrl: string | null;
  log: Logger;
}

/** The sessions and users of the console. */
export interface Auth {
  handler(request: Request): Promise<Response>;
  actorOf(headers: Headers): Promise<Actor | null>;
  createUser(user: { name: string; email: string; password: string }): Promise<{ id: string }>;
}

export function createAuth(options: AuthOptions): Auth {
  const auth = makeBetterAuth(options);
  return {
    handler: (request) => auth.handler(request),
    async actorOf(headers) {
      const session = await auth.api.getSession({ headers });
      return session ? { kind: "user", id: session.user.id, name: session.user.name } : null;
    },
    async createUser({ name, email, password }) {
      const context = await auth.$context;
      const hash = await context.password.hash(password);
      const user = await context.internalAdapter.createUser(
        { name, email, emailVerified: false },
        { method: "email-password" },
      );
      await context.internalAdapter.linkAccount({
        userId: user.id,
        providerId: "credential",
        accountId: user.id,
        password: hash,
      });
      return { id: user.id };
    },
  };
}

function makeBetterAuth({ client, secret, publicUrl, log }: AuthOptions) {
  const isSecure = publicUrl?.startsWith("https://") ?? false;
  return betterAuth({
    appName: "Bulkhead",
    secret,
    basePath: "/api/auth",
    // Without a fixed public address the origin of the request counts: console and API share one.
    ...(publicUrl ? { baseURL: publicUrl } : {}),
    database: prismaAdapter(client, { provider: "postgresql" }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 128 },
    session: { expiresIn: 12 * 60 * 60, updateAge: 10 * 60 },
    rateLimit: {
      enabled: true,
      storage: "database",
      window: 10,
      max: 100,
      customRules: { "/sign-in/email": { window: 60, max: 10 } },
    },
    advanced: {
      cookiePrefix: "bulkhead",
      useSecureCookies: isSecure,
      defaultCookieAttributes: { sameSite: "strict", httpOnly: true, secure: isSecure },
      ipAddress: { ipAddressHeaders: [peerHeader] },
    },
    telemetry: { enabled: false },
    logger: {
      level: "error",
      log: (_level, message) => log.error({ part: "auth" }, message),
    },
  });
}
