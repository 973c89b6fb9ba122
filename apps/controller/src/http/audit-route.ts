/** `/api/audit/export?format=csv|ndjson`: the whole audit log as a file, streamed in constant memory. */
import { Readable } from "node:stream";
import type { Db } from "@bulkhead/db";
import type { Clock } from "@bulkhead/runtime";
import type { FastifyInstance } from "fastify";
import { deedOf } from "../audit.ts";
import { type ActorOf, refuseRequest } from "./requests.ts";

const types = { csv: "text/csv; charset=utf-8", ndjson: "application/x-ndjson; charset=utf-8" } as const;

export interface AuditRouteOptions {
  db: Pick<Db, "audit">;
  actorOf: ActorOf;
  clock: Clock;
}

export function registerAuditExport(app: FastifyInstance, { db, actorOf, clock }: AuditRouteOptions): void {
  app.get("/api/audit/export", async (request, reply) => {
    const actor = await actorOf(request);
    if (!actor)
      return refuseRequest(
        reply,
        401,
        "Sign in, or send a valid API token as `Authorization: Bearer TOKEN`.",
      );
    const { format } = request.query as { format?: unknown };
    if (format !== "csv" && format !== "ndjson")
      return refuseRequest(reply, 400, "Choose format=csv or format=ndjson.");
    const exportedAt = clock.nowMs();
    const object = { kind: "audit", name: "log" };
    await db.audit.append(
      deedOf(actor, { at: exportedAt, action: "audit.export", object, outcome: "done", detail: { format } }),
    );
    const day = new Date(exportedAt).toISOString().slice(0, 19).replaceAll(":", "");
    return reply
      .type(types[format])
      .header("content-disposition", `attachment; filename="bulkhead-audit-${day}.${format}"`)
      .header("cache-control", "no-store")
      .send(Readable.from(db.audit.exportStream(format, { exportedAt }), { objectMode: false }));
  });
}
