/** Sockets live here and nowhere else: the control link and the heartbeats, with fakes for both, and the probes of services. */
export * from "./backoff.ts";
export * from "./beats.ts";
export * from "./beats-fake.ts";
export * from "./checks.ts";
export * from "./link-client.ts";
export * from "./link-fake.ts";
export * from "./link-server.ts";
export * from "./link-types.ts";
export * from "./loopback.ts";
export * from "./reach.ts";
export * from "./text-server.ts";
