/** Addresses are a contract: bookmarks and audit links hold them. */
import { expect, test } from "vitest";
import {
  auditPath,
  deploymentPath,
  mscsPath,
  mscsViewPath,
  resourceFormPath,
  safeNext,
  signInPath,
  whatIfPath,
  wlbsPath,
  wlbsViewPath,
} from "./places.ts";

test("names are escaped", () => {
  expect([
    wlbsPath("web"),
    mscsPath("a&b"),
    deploymentPath("1"),
    auditPath("web 1"),
    signInPath("/nodes?node=x"),
  ]).toEqual([
    "/load-balancing?cluster=web",
    "/failover?cluster=a%26b",
    "/deployments?id=1",
    "/audit?text=web%201",
    "/sign-in?next=%2Fnodes%3Fnode%3Dx",
  ]);
});

test("a view of a cluster has its own address, the first one the plain one", () => {
  expect(wlbsViewPath("web", "hosts")).toBe("/load-balancing?cluster=web");
  expect(wlbsViewPath("web", "rules", "a b")).toBe("/load-balancing?cluster=web&view=rules&rule=a%20b");
});

test("the views of a pair and its forms have addresses of their own", () => {
  expect(mscsViewPath("data", "groups")).toBe("/failover?cluster=data");
  expect(mscsViewPath("data", "what-if")).toBe("/failover?cluster=data&view=what-if");
  expect(resourceFormPath("data", "sql", "ip")).toBe(
    "/failover/edit?what=resource&cluster=data&group=sql&resource=ip",
  );
  expect(whatIfPath({ plan: "p 1" })).toBe("/what-if?plan=p%201");
});

test.each([
  ["/nodes", "/nodes"],
  ["//elsewhere.example", "/"],
  ["/\\elsewhere.example", "/"],
  ["https://elsewhere.example", "/"],
  [null, "/"],
])("going on after sign-in stays here: %s", (next, expected) => {
  expect(safeNext(next)).toBe(expected);
});
