/** `/trpc/*`: the procedures of the API, with the actor of the request in the context. */
import { type ApiContext, type AppRouter, appRouter } from "@bulkhead/api";
import type { Logger } from "@bulkhead/runtime";
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from "@trpc/server/adapters/fastify";
import type { FastifyInstance } from "fastify";
import type { ActorOf } from "./requests.ts";

export interface TrpcRouteOptions {
  services: Omit<ApiContext, "actor">;
  actorOf: ActorOf;
  log: Logger;
}

export async function registerTrpc(app: FastifyInstance, options: TrpcRouteOptions): Promise<void> {
  const { services, actorOf, log } = options;
  const trpcOptions: FastifyTRPCPluginOptions<AppRouter>["trpcOptions"] = {
    router: appRouter,
    maxBatchSize: 20,
    createContext: async ({ req }): Promise<ApiContext> => ({ ...services, actor: await actorOf(req) }),
    onError({ error, path }) {
      if (error.code === "INTERNAL_SERVER_ERROR")
        log.error({ path, err: error.cause ?? error }, "procedure failed");
    },
  };
  await app.register(fastifyTRPCPlugin, { prefix: "/trpc", trpcOptions });
}
