"use client";
/** Signing in and out. The session is a cookie that scripts cannot read; better-auth keeps it. */
/** Loaded when someone signs in or out, not with every page. */
async function makeClient() {
  const { createAuthClient } = await import("better-auth/client");
  return createAuthClient({ baseURL: location.origin, basePath: "/api/auth" });
}

/** @returns null when signed in, else why not. */
export async function signIn(email: string, password: string): Promise<string | null> {
  const { error } = await (await makeClient()).signIn.email({ email, password });
  if (!error) return null;
  if (error.status === 429) return "Too many attempts. Wait a minute, then try again.";
  if (error.status === 401 || error.status === 400)
    return "This e-mail address and password do not belong together.";
  return error.message ?? "The controller does not answer. Look at its log, then try again.";
}

/** Ends the session and leaves for the sign-in page. */
export async function signOut(): Promise<void> {
  await (await makeClient()).signOut();
  location.assign("/sign-in");
}

/** A text field of a form; a file or a missing field is no text. */
export const textOf = (value: FormDataEntryValue | null): string => (typeof value === "string" ? value : "");
