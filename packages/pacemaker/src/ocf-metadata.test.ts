/** Descriptions of resource agents: a real one of the package resource-agents, and what others get wrong. */
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeAgent, installedAgents, readMetadata } from "./ocf-metadata.ts";

const nginx = readFileSync(new URL("testdata/agent-nginx.xml", import.meta.url), "utf8");

it("makes a form of a real agent", () => {
  const read = readMetadata("ocf:heartbeat:nginx", nginx);
  expect(read.title).toBe("Manages an Nginx web/proxy server instance");
  expect(read.help).toContain("resource agent for the Nginx");
  expect(read.fields[0]).toMatchObject({
    name: "configfile",
    title: "configuration file path",
    kind: "text",
    isRequired: false,
    fallback: null,
  });
  expect(read.fields.find(({ name }) => name === "httpd")).toMatchObject({ fallback: "/usr/sbin/httpd" });
  expect(read.fields.find(({ name }) => name === "port")).toMatchObject({ kind: "number" });
});

const agent = (parameters: string) =>
  `<resource-agent name="x"><shortdesc>X</shortdesc><parameters>${parameters}</parameters></resource-agent>`;

it.each([
  {
    xml: `<parameter name="a"><content type="boolean" default="yes"/></parameter>`,
    is: { kind: "flag", fallback: true },
  },
  {
    xml: `<parameter name="a"><content type="integer" default="many"/></parameter>`,
    is: { kind: "number", fallback: null },
  },
  {
    xml: `<parameter name="a" required="1"><content type="string" default="x"/></parameter>`,
    is: { isRequired: true, fallback: null },
  },
  {
    xml: `<parameter name="a"><content type="select"><option value="p"/><option value="q"/></content></parameter>`,
    is: { kind: "choice", choices: ["p", "q"] },
  },
  {
    xml: `<parameter name="a"><shortdesc lang="de">eins</shortdesc><shortdesc lang="en">one</shortdesc><content type="string"/></parameter>`,
    is: { title: "one" },
  },
])("reads $xml", ({ xml, is }) => {
  expect(readMetadata("ocf:x:x", agent(xml)).fields).toMatchObject([is]);
});

it("leaves deprecated parameters out", () => {
  expect(readMetadata("ocf:x:x", agent(`<parameter name="a"><deprecated/></parameter>`)).fields).toEqual([]);
});

it("refuses what is no agent before anything is run", async () => {
  const run = () => Promise.reject(new Error("was run"));
  await expect(describeAgent(run, "--help")).rejects.toThrow("is no OCF agent");
  expect(() => readMetadata("ocf:x:x", "usage: x start|stop")).toThrow("does not describe itself");
});

it("lists what is installed, with titles out of the scripts", async () => {
  const directory = await mkdtemp(join(tmpdir(), "bulkhead-ocf-"));
  await mkdir(join(directory, "heartbeat"));
  await writeFile(
    join(directory, "heartbeat/nginx"),
    '#!/bin/sh\ncat <<E\n<shortdesc lang="en">A web\nserver</shortdesc>\nE\n',
  );
  await writeFile(join(directory, "heartbeat/.ocf-shellfuncs"), "");
  await writeFile(join(directory, "heartbeat/Other"), "binary");
  expect(await installedAgents(directory)).toEqual([
    { agent: "ocf:heartbeat:Other", title: "Other" },
    { agent: "ocf:heartbeat:nginx", title: "A web server" },
  ]);
  await rm(directory, { recursive: true });
});
