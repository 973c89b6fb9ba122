/** `/trpc/*`: the procedures of the API, with the actor of the request in the context. */
import { type ApiContext, type AppRouter, appRouter } from "@bulkhead/api";
import type { Logger } from "@bulkhead/runtime";
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from "@trpc/server/adapters/fastify";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ActorOf } from "./requests.ts";

export interface TrpcRouteOptions {
  servicesAt(baseUrl: string): Omit<ApiContext, "actor">;
  /** The address that the caller used, or the public one. */
  baseUrlOf(request: FastifyRequest): string;
  actorOf: ActorOf;
  log: Logger;
}

export async function registerTrpc(app: FastifyInstance, options: TrpcRouteOptions): Promise<void> {
  const { servicesAt, baseUrlOf, actorOf, log } = options;
  const trpcOptions: FastifyTRPCPluginOptions<AppRouter>["trpcOptions"] = {
    router: appRouter,
    maxBatchSize: 20,
    createContext: async ({ req }): Promise<ApiContext> => ({
      ...servicesAt(baseUrlOf(req)),
      actor: await actorOf(req),
    }),
    onError({ error, path }) {
      if (error.code === "INTERNAL_SERVER_ERROR")
        log.error({ path, err: error.cause ?? error }, "procedure failed");
    },
  };
  await app.register(fastifyTRPCPlugin, { prefix: "/trpc", trpcOptions });
}
