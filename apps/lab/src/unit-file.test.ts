import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commandOf, parseEnvironmentFile, parseUnit, splitWords } from "./unit-file.ts";

describe("parseUnit", () => {
  it("reads what a daemon of the back tier says", () => {
    const unit = parseUnit(
      "corosync-qdevice",
      [
        "[Unit]",
        "Requires=corosync.service network-online.target",
        "[Service]",
        "EnvironmentFile=-/etc/default/corosync-qdevice",
        "ExecStart=/usr/sbin/corosync-qdevice -f $COROSYNC_QDEVICE_OPTIONS",
        "Type=notify",
        "Restart=on-failure",
        "RuntimeDirectory=corosync-qdevice",
        "TimeoutStopSec=30min",
        "KillMode=process",
        "[Install]",
        "WantedBy=multi-user.target",
      ].join("\n"),
    );
    expect(unit).toMatchObject({
      type: "notify",
      requires: ["corosync.service"],
      environmentFiles: ["-/etc/default/corosync-qdevice"],
      restart: "on-failure",
      runtimeDirectories: ["corosync-qdevice"],
      stopTimeoutMs: 1_800_000,
      killGroup: false,
      wantedBy: ["multi-user.target"],
    });
  });

  it("joins continued lines, skips comments, lets an empty assignment clear a list", () => {
    const unit = parseUnit(
      "x",
      "[Service]\n# ExecStart=/no\nExecStart=/a \\\n  --b\nExecStartPre=/p\nExecStartPre=\nRestartSec=1.5\n",
    );
    expect(unit.execStart).toEqual(["/a    --b"]);
    expect(unit.execStartPre).toEqual([]);
    expect(unit.restartDelayMs).toBe(1500);
  });

  it("takes several assignments from one Environment line", () => {
    expect(parseUnit("x", '[Service]\nEnvironment="A=1 2" B=3\n').environment).toEqual({ A: "1 2", B: "3" });
  });

  it("reads the lab's own units", () => {
    for (const name of ["nginx", "shop", "traffic"]) {
      const text = readFileSync(new URL(`../files/${name}.service`, import.meta.url), "utf8");
      const unit = parseUnit(name, text);
      expect(unit.execStart).toHaveLength(1);
      expect(unit.restart).toBe("always");
      expect(unit.wantedBy).toEqual(["multi-user.target"]);
    }
  });
});

describe("commandOf", () => {
  it("drops prefixes, expands variables as words and in words", () => {
    const environment = { OPTIONS: "-s req -p 5403", USER: "www-data" };
    expect(commandOf("-/bin/d -f $OPTIONS $NONE", environment)).toEqual([
      "/bin/d",
      "-f",
      "-s",
      "req",
      "-p",
      "5403",
    ]);
    expect(commandOf('/bin/n -g "user ${USER};"', environment)).toEqual(["/bin/n", "-g", "user www-data;"]);
  });
});

describe("splitWords", () => {
  it("honours quotes and backslashes", () => {
    expect(splitWords(`a "b c" 'd "e' f\\ g`)).toEqual(["a", "b c", 'd "e', "f g"]);
  });
});

describe("parseEnvironmentFile", () => {
  it("reads assignments and leaves comments out", () => {
    expect(parseEnvironmentFile('# A=0\nA="x y"\nB=z=1\n\nnot a line\n')).toEqual({ A: "x y", B: "z=1" });
  });
});
