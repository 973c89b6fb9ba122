/** One request from a given source: ask.mjs HOST PORT LOCAL_ADDRESS LOCAL_PORT. Prints the host that answered, or null. */
import http from "node:http";

const [host, port, localAddress, localPort] = process.argv.slice(2);
const options = { host, port: Number(port), localAddress, localPort: Number(localPort), path: "/whoami" };
const call = http.get({ ...options, agent: false, timeout: 10_000 }, (response) => {
  let body = "";
  response.on("data", (text) => {
    body += text;
  });
  response.on("end", () => console.log(JSON.stringify(body.trim())));
});
call.on("timeout", () => call.destroy(new Error("no answer")));
call.on("error", () => console.log("null"));
