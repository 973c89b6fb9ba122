/**
 * Opens COUNT connections to a virtual IP, one request each, and says who answered: spread.mjs COUNT [HOST] [PORT]. Patient as browsers are: a SYN that gets lost
 * is sent again after 1, 2, 4 ... seconds. Runs in the client node.
 */
import http from "node:http";

const count = Number(process.argv[2]);
const target = { host: process.argv[3] ?? "10.77.0.100", port: Number(process.argv[4] ?? 80) };
const byHost = {};
let failed = 0;

function ask() {
  return new Promise((resolve) => {
    const call = http.get({ ...target, path: "/whoami", agent: false, timeout: 30_000 }, (response) => {
      let body = "";
      response.on("data", (text) => {
        body += text;
      });
      response.on("end", () => resolve(body.trim()));
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => resolve(null));
  });
}

async function lane(share) {
  for (let index = 0; index < share; index += 1) {
    const host = await ask();
    if (host === null) failed += 1;
    else byHost[host] = (byHost[host] ?? 0) + 1;
  }
}

await Promise.all(Array.from({ length: 10 }, () => lane(count / 10)));
console.log(JSON.stringify({ byHost, failed }));
