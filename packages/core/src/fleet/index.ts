/** What both tiers share: names, the service of a node, refusals and addresses. */
export * from "./addresses.ts";
export * from "./bundle-guard.ts";
export * from "./canonical.ts";
export * from "./cluster-mac.ts";
export * from "./fnv1a.ts";
export * from "./former-mscs-policy.ts";
export * from "./former-wlbs-policy.ts";
export * from "./refusal.ts";
export * from "./rules.ts";
export * from "./service.ts";
export * from "./witness-policy.ts";
