/** A Chromium for the browser tests: what is there, else the system's package, else Playwright's own download. */
import fs from "node:fs";
import path from "node:path";
import { canInstall, installSystemPackages } from "./apt.mjs";
import { attempt } from "./run.mjs";

const names = [
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
];

/** Path of an executable, or null when none can be had. */
export async function findChromium() {
  const found = onThisMachine();
  if (found !== null) return found;
  if (await canInstall()) {
    for (const name of ["chromium-headless-shell", "chromium"]) {
      await installSystemPackages({ packages: [name], purpose: "The browser tests", assumeYes: true });
      const installed = onThisMachine();
      if (installed !== null) return installed;
    }
  }
  return downloaded();
}

function onThisMachine() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const folders = (process.env.PATH ?? "").split(path.delimiter).concat("/usr/bin", "/usr/local/bin");
  for (const name of names) {
    const file = folders
      .map((folder) => path.join(folder, name))
      .find((candidate) => fs.existsSync(candidate));
    if (file) return file;
  }
  return null;
}

async function downloaded() {
  const { code } = await attempt("npx", ["--no-install", "playwright", "install", "chromium-headless-shell"]);
  if (code !== 0) return null;
  const { chromium } = await import("@playwright/test");
  return fs.existsSync(chromium.executablePath()) ? chromium.executablePath() : null;
}
