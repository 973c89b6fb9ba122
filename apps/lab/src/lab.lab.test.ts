/** The nodes, their power and their end, for real: no controller, no agents, only namespaces. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { labCall } from "./client.ts";
import type { LabRequest } from "./control.ts";
import { type Preflight, preflight } from "./preflight.ts";
import { until } from "./until.ts";

const possible: Preflight = await preflight();
const main = fileURLToPath(new URL("./main.ts", import.meta.url));

interface Lab {
  process: ChildProcess;
  data: string;
}

async function startLab(data: string): Promise<Lab> {
  const argv = [main, "up", "--data", data, "--no-fleet", "--lifeline"];
  const child = spawn(process.execPath, argv, { stdio: ["pipe", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{"ready"')) return { process: child, data };
  }
  throw new Error("The lab ended while starting.");
}

/** Command lines and loop devices that name the data directory: what a lab might leave behind. */
function traces(data: string): string[] {
  const lines = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).split("\n");
  const loops = possible.root ? execFileSync("losetup", ["--all"], { encoding: "utf8" }).split("\n") : [];
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  return [...lines, ...loops, ...mounts].filter((line) => line.includes(data) && !line.startsWith("ps "));
}

describe.skipIf(!possible.possible)(
  `a lab of namespaces${possible.why ? ` (skipped: ${possible.why})` : ""}`,
  () => {
    const data = mkdtempSync(join(tmpdir(), "bulkhead-lab-"));
    let lab: Lab | null = null;

    beforeAll(async () => {
      lab = await startLab(data);
    }, 240_000);
    afterAll(async () => {
      lab?.process.stdin?.end();
      await until("the lab to leave nothing", () => (traces(data).length === 0 ? true : null), {
        timeoutMs: 120_000,
      });
      rmSync(data, { recursive: true, force: true });
    }, 240_000);

    const ask = async (request: LabRequest) => {
      const answer = await labCall(data, request);
      if (!answer.ok) throw new Error(answer.error);
      return answer as Record<string, unknown>;
    };
    const inNode = async (node: string, ...argv: string[]) => {
      const { code, stdout } = await ask({ verb: "exec", node, argv });
      return { code: Number(code), stdout: String(stdout).trim() };
    };
    const reaches = async (address: string) => {
      const probe = ["curl", "-s", "-m", "1", `http://${address}/whoami`];
      return (await inNode("client", ...probe)).stdout;
    };

    it("gives each node a name, an identity and a web server of its own", async () => {
      await until("web-1 to serve", async () => ((await reaches("10.77.0.1")) === "web-1" ? true : null), {
        timeoutMs: 10_000,
      });
      const ids = await Promise.all(
        ["web-1", "web-2", "web-3"].map((node) => inNode(node, "cat", "/etc/machine-id")),
      );
      expect(new Set(ids.map(({ stdout }) => stdout)).size).toBe(3);
      expect((await inNode("web-2", "hostname")).stdout).toBe("web-2");
    });

    it("keeps the controller's data out of the nodes", async () => {
      expect((await inNode("web-1", "ls", data)).stdout).toBe("");
    });

    it("answers systemctl: enabled, active, stopped, started, killed and restarted", async () => {
      expect((await inNode("web-3", "systemctl", "is-enabled", "shop")).stdout).toBe("enabled");
      expect((await inNode("web-3", "systemctl", "is-enabled", "corosync")).stdout).not.toBe("enabled");
      await inNode("web-3", "systemctl", "stop", "nginx");
      expect((await inNode("web-3", "systemctl", "is-active", "nginx")).stdout).toBe("inactive");
      expect(await reaches("10.77.0.3")).toBe("");
      await inNode("web-3", "systemctl", "start", "nginx");
      await inNode("web-3", "sh", "-c", "kill -9 $(cat /run/nginx.pid); pkill -9 nginx");
      await until(
        "nginx to be restarted",
        async () => ((await reaches("10.77.0.3")) === "web-3" ? true : null),
        { timeoutMs: 10_000 },
      );
    });

    it.each(["freeze", "cut", "kill"] as const)("%s takes a host away, heal brings it back", async (verb) => {
      await ask({ verb, node: "web-2" });
      expect(await reaches("10.77.0.2")).toBe("");
      await ask({ verb: "heal", node: "web-2" });
      await until(
        `web-2 after ${verb}`,
        async () => ((await reaches("10.77.0.2")) === "web-2" ? true : null),
        { timeoutMs: 10_000 },
      );
    });

    it("keeps a node's disk over a power cut", async () => {
      await inNode("web-2", "sh", "-c", "mkdir -p /var/lib/kept && echo yes > /var/lib/kept/it");
      await ask({ verb: "kill", node: "web-2" });
      await ask({ verb: "heal", node: "web-2" });
      expect((await inNode("web-2", "cat", "/var/lib/kept/it")).stdout).toBe("yes");
    });

    it.skipIf(!possible.root)("lets a directory of its disk be renamed, as any machine does", async () => {
      // Not `mv`, which copies where the kernel refuses.
      const rename = `require("fs").renameSync("/etc/nginx", "/etc/nginx.kept"); require("fs").renameSync("/etc/nginx.kept", "/etc/nginx")`;
      expect((await inNode("web-2", "/run/lab/node", "-e", rename)).code).toBe(0);
    });

    it.skipIf(!possible.tiers.includes("back"))("enables a unit of the distribution", async () => {
      const isEnabled = async () =>
        (await inNode("witness-1", "systemctl", "is-enabled", "corosync-qnetd")).stdout;
      expect(await isEnabled()).toBe("disabled");
      await inNode("witness-1", "systemctl", "enable", "corosync-qnetd");
      expect(await isEnabled()).toBe("enabled");
      await inNode("witness-1", "systemctl", "disable", "corosync-qnetd");
      expect(await isEnabled()).toBe("disabled");
    });

    it("ends a command that overstays, and the node can still be switched off", async () => {
      const overstayed = await ask({ verb: "exec", node: "web-2", argv: ["sleep", "1000"], timeoutMs: 1000 });
      expect(overstayed["code"]).not.toBe(0);
      // Its orphan must not keep the namespace from ending.
      await inNode("web-2", "sh", "-c", "setsid sleep 1000 > /dev/null 2>&1 &");
      await ask({ verb: "kill", node: "web-2" });
      await ask({ verb: "heal", node: "web-2" });
    });

    it("says what it does not know", async () => {
      await expect(ask({ verb: "kill", node: "web-9" })).rejects.toThrow("There is no node 'web-9'");
    });

    it.skipIf(!possible.tiers.includes("back"))("pulls the cable that was named, and no other", async () => {
      // Nobody listens there: a machine that is reached refuses at once (7), one that is not stays silent (28).
      const hears = async (address: string) =>
        (await inNode("db-1", "curl", "-s", "-m", "1", `http://${address}:9`)).code === 7;
      await ask({ verb: "cut", node: "db-2", link: "hb0" });
      expect(await hears("10.78.0.12")).toBe(false);
      expect(await hears("10.77.0.12")).toBe(true);
      await ask({ verb: "cut", node: "db-2", link: "all" });
      expect(await hears("10.77.0.12")).toBe(false);
      await ask({ verb: "heal", node: "db-2" });
      expect([await hears("10.78.0.12"), await hears("10.77.0.12")]).toEqual([true, true]);
      await expect(ask({ verb: "cut", node: "web-1", link: "hb0" })).rejects.toThrow("web-1 has no card hb0");
    });

    it("kills the processes that were named, and says when there are none", async () => {
      await inNode("web-3", "systemctl", "is-active", "nginx");
      const { processes } = await ask({ verb: "kill-process", node: "web-3", name: "nginx" });
      expect(processes).toBeGreaterThan(1);
      await until(
        "nginx to be restarted",
        async () => ((await reaches("10.77.0.3")) === "web-3" ? true : null),
        { timeoutMs: 10_000 },
      );
      await expect(ask({ verb: "kill-process", node: "web-3", name: "nobody" })).rejects.toThrow(
        "No process on web-3 is called 'nobody'",
      );
    });

    it("starts a unit once, however many others require it at the same time", async () => {
      const others = ["one", "two", "three"];
      const unit = (name: string, lines: string[]) =>
        `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} > /etc/systemd/system/${name}.service`;
      const script = [
        "printf 'echo x >> /run/base-starts; exec sleep 86400' > /run/base.sh",
        unit("base", ["[Service]", "ExecStart=/bin/sh /run/base.sh"]),
        ...others.map((name) =>
          unit(name, ["[Unit]", "Requires=base.service", "[Service]", "ExecStart=/bin/sleep 86400"]),
        ),
        ...[...others, "base"].map((name) => `systemctl start ${name} &`),
        "wait",
      ];
      await inNode("web-1", "sh", "-c", script.join("\n"));
      const starts = () => inNode("web-1", "cat", "/run/base-starts");
      await until("the unit to run", async () => ((await starts()).stdout === "" ? null : true), {
        timeoutMs: 10_000,
      });
      await inNode("web-1", "systemctl", "stop", ...others, "base");
      expect((await starts()).stdout).toBe("x");
      // The one that is left is that of the first process.
      expect((await inNode("web-1", "pgrep", "-xc", "sleep")).stdout).toBe("1");
    });

    it.skipIf(!possible.tiers.includes("back"))(
      "fills a disk to the last block, and empties it",
      async () => {
        const device = "/dev/disk/by-id/bulkhead-lab-sql";
        expect((await inNode("db-1", "mount", "-t", "ext4", device, "/srv/sql")).code).toBe(0);
        const before = await inNode("db-1", "stat", "-f", "-c", "%f", "/srv/sql");
        await ask({ verb: "fill", node: "db-1", path: "/srv/sql" });
        expect((await inNode("db-1", "sh", "-c", "echo more > /srv/sql/more")).code).not.toBe(0);
        await ask({ verb: "heal", node: "db-1" });
        expect((await inNode("db-1", "stat", "-f", "-c", "%f", "/srv/sql")).stdout).toBe(before.stdout);
        expect((await inNode("db-1", "umount", "/srv/sql")).code).toBe(0);
      },
    );

    it.skipIf(!possible.tiers.includes("back"))(
      "loses with the power what was not yet on the disk, and nothing else",
      async () => {
        const mount = "mount -t ext4 -o commit=300 /dev/disk/by-id/bulkhead-lab-sql /srv/sql";
        const write = "cd /srv/sql && echo 1 > kept && sync kept && echo 1 > lost";
        expect((await inNode("db-1", "sh", "-c", `${mount} && ${write}`)).code).toBe(0);
        await ask({ verb: "kill", node: "db-1" });
        const found = await inNode("db-2", "sh", "-c", `${mount} && cd /srv/sql && ls kept lost; rm -f kept`);
        expect(found.stdout).toBe("kept");
        expect((await inNode("db-2", "umount", "/srv/sql")).code).toBe(0);
        await ask({ verb: "heal", node: "db-1" });
      },
    );

    it.skipIf(!possible.tiers.includes("back"))(
      "lets only one node of the pair mount the shared disk",
      async () => {
        const mount = "mount -t ext4 /dev/disk/by-id/bulkhead-lab-sql /srv/sql";
        expect((await inNode("db-1", "sh", "-c", mount)).code).toBe(0);
        const fence = (action: string) => `printf 'action=${action}\\nplug=db-1\\n' | fence_bulkhead_lab`;
        expect((await inNode("db-2", "sh", "-c", fence("status"))).code).toBe(0);
        expect((await inNode("db-2", "sh", "-c", fence("off"))).code).toBe(0);
        expect((await inNode("db-2", "sh", "-c", fence("status"))).code).toBe(2);
        expect((await inNode("db-2", "sh", "-c", fence("monitor"))).code).toBe(0);
        expect((await inNode("db-2", "sh", "-c", mount)).code).toBe(0);
        expect((await inNode("db-2", "sh", "-c", fence("on"))).code).toBe(0);
        // Multiple mount protection looks twice, some seconds apart, before it refuses.
        expect((await inNode("db-1", "sh", "-c", mount)).code).not.toBe(0);
      },
      240_000,
    );

    it("leaves nothing when its outermost process is killed, and starts again", async () => {
      lab?.process.kill("SIGKILL");
      await until("everything to be gone", () => (traces(data).length === 0 ? true : null), {
        timeoutMs: 120_000,
      });
      lab = await startLab(data);
      expect((await inNode("web-2", "cat", "/var/lib/kept/it")).stdout).toBe("yes");
    }, 240_000);
  },
);
