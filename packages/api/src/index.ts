/** The API: procedures, the context they need, and the shapes they answer with. */
export * from "./context.ts";
export * from "./context-mscs.ts";
export { type AppRouter, appRouter } from "./router.ts";
export * from "./snapshot.ts";
export { type AccessRule, createCallerFactory, RefusalError } from "./trpc.ts";
