/** `/api/validation/ID.html` and `.json`: a kept validation report as a page, or as data. */
import type { Db } from "@bulkhead/db";
import type { FastifyInstance } from "fastify";
import { type ActorOf, refuseRequest } from "./requests.ts";
import { validationPage, validationPagePolicy } from "./validation-page.ts";

export interface ValidationRouteOptions {
  db: Pick<Db, "mscs">;
  actorOf: ActorOf;
}

export function registerValidation(app: FastifyInstance, { db, actorOf }: ValidationRouteOptions): void {
  app.get<{ Params: { file: string } }>("/api/validation/:file", async (request, reply) => {
    if (!(await actorOf(request)))
      return refuseRequest(
        reply,
        401,
        "Sign in, or send a valid API token as `Authorization: Bearer TOKEN`.",
      );
    const [, id, form] = /^([0-9a-f-]{36})\.(html|json)$/.exec(request.params.file) ?? [];
    const row = id === undefined ? null : await db.mscs.validation(id);
    if (!row)
      return refuseRequest(reply, 404, "There is no such report. List them: bulkhead mscs validations.");
    const { report, deploymentId } = row;
    const day = new Date(report.at).toISOString().slice(0, 10);
    reply.header("cache-control", "no-store");
    reply.header("content-disposition", `inline; filename="validation-${report.pair}-${day}.${form}"`);
    if (form === "json")
      return reply.type("application/json; charset=utf-8").send({ ...report, deploymentId });
    return reply
      .header("content-security-policy", validationPagePolicy)
      .type("text/html; charset=utf-8")
      .send(validationPage(report));
  });
}
