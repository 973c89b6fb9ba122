/**
 * Calls the controller's API as any other client does: HTTP over its socket file, tRPC's wire format, a bearer token.
 * Working directory is the data directory.
 */
import { readFile } from "node:fs/promises";
import { request } from "node:http";

interface HttpAnswer {
  status: number;
  body: string;
}

function http(method: string, path: string, body?: string): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { host: "10.77.9.1:7700" };
    readFile("cli-token", "utf8")
      .then((token) => {
        headers["authorization"] = `Bearer ${token.trim()}`;
        if (body !== undefined) headers["content-type"] = "application/json";
        const call = request({ socketPath: "controller.sock", method, path, headers }, (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            text += chunk;
          });
          response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
        });
        call.on("error", reject);
        call.end(body);
      })
      .catch(reject);
  });
}

function unwrap(procedure: string, { status, body }: HttpAnswer): unknown {
  const answer = JSON.parse(body) as {
    result?: { data: { json: unknown } };
    error?: { json: { message: string } };
  };
  if (answer.result === undefined) {
    throw new Error(
      `The controller refused ${procedure} (HTTP ${status}): ${answer.error?.json.message ?? body.slice(0, 300)}`,
    );
  }
  return answer.result.data.json;
}

/** Asks: `fleet.snapshot`, `deployments.get`, ... The caller knows the shape. */
export async function query<T>(procedure: string, input?: unknown): Promise<T> {
  const suffix = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
  return unwrap(procedure, await http("GET", `/trpc/${procedure}${suffix}`)) as T;
}

/** Changes: `nodes.createToken`, `plans.create`, ... */
export async function mutate<T>(procedure: string, input: unknown): Promise<T> {
  return unwrap(procedure, await http("POST", `/trpc/${procedure}`, JSON.stringify({ json: input }))) as T;
}

/** A file that the controller serves to nodes. */
export async function download(path: string): Promise<string> {
  const { status, body } = await http("GET", path);
  if (status !== 200) throw new Error(`The controller does not serve ${path} (HTTP ${status}).`);
  return body;
}

/** Whether the controller answers. */
export async function controllerReady(): Promise<true | null> {
  return (await http("GET", "/readyz")).status === 200 ? true : null;
}
