/** The console is a static export: the controller serves it on its own origin, there is no server code in it. */
import path from "node:path";
import type { NextConfig } from "next";

const root = path.join(import.meta.dirname, "../..");

const config: NextConfig = {
  output: "export",
  outputFileTracingRoot: root,
  turbopack: { root },
  transpilePackages: ["@bulkhead/api", "@bulkhead/core", "@bulkhead/ui"],
  // `tsc -p` checks the types in its own step, with the compiler that the whole workspace uses.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
  poweredByHeader: false,
};

export default config;
