/** The small schemas that both tiers use: names, addresses, interfaces, paths. */
import { parseCidr } from "@bulkhead/core/fleet";
import { z } from "zod";

/** Names are keys, and appear in URLs, host names and CIB ids. */
export const name = z
  .string()
  .regex(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i,
    "a name has 1-63 letters, digits or dashes and begins with a letter",
  );

/** Groups, resources and classes: as names, and with underscores, because adopted pairs have them. */
export const objectName = z
  .string()
  .regex(
    /^[a-z]([a-z0-9_-]{0,61}[a-z0-9])?$/i,
    "a name has 1-63 letters, digits, dashes or underscores and begins with a letter",
  );

export const cidr = z
  .string()
  .refine((text) => parseCidr(text) !== null, "write it as address/prefix, for example 10.77.0.100/24");

/** Linux limits interface names to 15 characters (IFNAMSIZ). */
export const networkInterface = z
  .string()
  .regex(/^[a-zA-Z0-9_.@-]{1,15}$/, "write the name of a network interface, for example eth0");

export const absolutePath = z
  .string()
  .regex(/^\/[^\0\n"'`$\\]*$/, "write an absolute path without quotes")
  .max(1024);
