/** Who may do what over HTTP, and how people sign in. */
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { appRouter } from "@bulkhead/api";
import { describe, expect, it } from "vitest";
import { startStory } from "./testing/story.ts";

const story = startStory();

describe("access over HTTP", () => {
  const closed = Object.keys(appRouter._def.procedures).filter((path) => !path.startsWith("setup."));

  it.each(closed)("%s answers 401 without a session, whatever the headers", async (path) => {
    const procedure = (appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>)[
      path
    ];
    const method = procedure?._def.type === "mutation" ? "POST" : "GET";
    const headers = {
      "content-type": "application/json",
      "x-middleware-subrequest": "middleware",
      "x-forwarded-for": "127.0.0.1",
    };
    const url = `${story.rig.controller.url}/trpc/${path}`;
    const response = await fetch(url, { method, headers, ...(method === "POST" ? { body: "{}" } : {}) });
    // A subscription answers 200 and says it in the stream.
    const text = await response.text();
    expect(text).toContain("UNAUTHORIZED");
    if (procedure?._def.type !== "subscription") expect(response.status).toBe(401);
  });

  it("keeps its secrets to its own user", async () => {
    const modes = await Promise.all(
      [
        "secrets",
        "secrets/signing.key",
        "secrets/auth.secret",
        "secrets/pg.password",
        "secrets/pg-app.password",
        "cli-token",
        "controller.json",
        "controller.sock",
      ].map(async (file) => [file, ((await stat(join(story.rig.dataDir, file))).mode & 0o777).toString(8)]),
    );
    expect(Object.fromEntries(modes)).toEqual({
      secrets: "700",
      "secrets/signing.key": "600",
      "secrets/auth.secret": "600",
      "secrets/pg.password": "600",
      "secrets/pg-app.password": "600",
      "cli-token": "600",
      "controller.json": "600",
      "controller.sock": "600",
    });
  });

  it("answers on the local socket too", async () => {
    const call = request({ socketPath: join(story.rig.dataDir, "controller.sock"), path: "/readyz" });
    call.end();
    const [response] = (await once(call, "response")) as [{ statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(200);
  });
});

describe("sign-in of people", () => {
  const person = { name: "Ada", email: "ada@example.org", password: "correct horse battery" };
  const signIn = (password: string, headers: Record<string, string> = {}) =>
    fetch(`${story.rig.controller.url}/api/auth/sign-in/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: story.rig.controller.url, ...headers },
      body: JSON.stringify({ email: person.email, password }),
    });

  it("begins with the one-time link, which works once", async () => {
    const token = new URL(story.rig.controller.setupUrl ?? "").searchParams.get("token") ?? "";
    expect((await story.rig.mutate("setup.complete", { ...person, token: "guessed" })).status).toBe(422);
    expect((await story.rig.mutate("setup.complete", { ...person, token })).status).toBe(200);
    const again = await story.rig.mutate("setup.complete", { ...person, email: "eve@example.org", token });
    expect(again.status).toBe(422);
    expect(again.refusals[0]?.rule).toBe("B-setup-token");
    expect((await story.rig.query("setup.needed")).data).toBe(false);
  });

  it("gives a session to the right password only, and audits both", async () => {
    expect((await signIn("wrong wrong wrong")).status).toBe(401);
    const response = await signIn(person.password);
    const cookie = response.headers.getSetCookie()[0] ?? "";
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const me = await fetch(`${story.rig.controller.url}/trpc/session.me`, {
      headers: { cookie: cookie.split(";")[0] ?? "" },
    });
    expect(await me.json()).toMatchObject({ result: { data: { json: { kind: "user", name: "Ada" } } } });
    expect((await story.auditOf("session.sign-in")).map(({ outcome }) => outcome)).toEqual([
      "done",
      "refused",
    ]);
  });

  it("lets nobody fill the log with set-up attempts, however the address is spelt", async () => {
    const statuses = new Set<number>();
    for (let attempt = 0; attempt < 70; attempt++) {
      const path = attempt % 2 === 0 ? "setup.complete" : "setup%2Ecomplete";
      const response = await fetch(`${story.rig.controller.url}/trpc/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      });
      statuses.add(response.status);
    }
    expect([...statuses].sort()).toEqual([400, 429]);
  });

  it("keeps sign-up closed", async () => {
    const response = await fetch(`${story.rig.controller.url}/api/auth/sign-up/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: story.rig.controller.url },
      body: JSON.stringify({ ...person, email: "eve@example.org" }),
    });
    expect(response.status).toBe(400);
  });

  it("limits guesses per peer, not per header", async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess++) {
      statuses.push(
        (
          await signIn("wrong wrong wrong", {
            "x-forwarded-for": `192.0.2.${guess}`,
            "x-bulkhead-peer": `192.0.2.${guess}`,
          })
        ).status,
      );
    }
    expect(statuses).toContain(429);
  });
});
