/** corosync.conf files of others: read as they are; our own and the package's example are none. */
import { samplePair } from "@bulkhead/core/mscs";
import { expect, it } from "vitest";
import { corosyncConf } from "./corosync-conf.ts";
import { readForeignCorosync, readTokenMs } from "./corosync-read.ts";

const foreign = `# by hand
totem {
    version: 2
    cluster_name: shop
    token: 3000
    interface {
        linknumber: 0
        knet_transport: udp
    }
}

nodelist {
    node {
        ring0_addr: 10.88.0.12
        ring1_addr: 10.89.0.12
        name: beta
        nodeid: 2
    }
    node {
        ring0_addr: 10.88.0.11
        ring1_addr: 10.89.0.11
        name: alpha
        nodeid: 1
    }
}

quorum {
    provider: corosync_votequorum
    device {
        model: net
        votes: 1
        net {
            algorithm: ffsplit
            host: 10.88.0.20
        }
    }
}
`;

it("reads nodes, links, witness and token", () => {
  expect(readForeignCorosync(foreign)).toEqual({
    cluster: "shop",
    nodes: [
      { name: "alpha", nodeId: 1, addresses: ["10.88.0.11", "10.89.0.11"] },
      { name: "beta", nodeId: 2, addresses: ["10.88.0.12", "10.89.0.12"] },
    ],
    witness: "10.88.0.20",
    tokenMs: 3000,
  });
});

it("knows Corosync's own token, and what runs", () => {
  expect(readForeignCorosync(foreign.replace("token: 3000", ""))?.tokenMs).toBe(3000);
  expect(readTokenMs("runtime.config.totem.token (u32) = 5000\n")).toBe(5000);
  expect(readTokenMs("Can't get key runtime.config.totem.token. Error CS_ERR_NOT_EXIST\n")).toBeNull();
});

it("does not take its own file or the package's example for somebody else's pair", () => {
  expect(readForeignCorosync(corosyncConf(samplePair()))).toBeNull();
  const example =
    "totem {\n  cluster_name: debian\n}\nnodelist {\n  node {\n    name: node1\n    nodeid: 1\n    ring0_addr: 127.0.0.1\n  }\n}\n";
  expect(readForeignCorosync(example)).toBeNull();
  expect(readForeignCorosync("")).toBeNull();
});
