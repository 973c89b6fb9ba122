/** Resources of a group in the fleet file: each type's own fields come from core's registry, so that they are described once. */
import { type ResourceField, type ResourceType, resourceTypes } from "@bulkhead/core/mscs";
import { z } from "zod";
import { absolutePath, cidr, name, networkInterface, objectName } from "./schema-parts.ts";

const aDayS = 86_400;

/** All fields may be left out: then DOMAIN 2.4 says what holds. */
export const restart = z.strictObject({
  action: z.enum(["none", "restart", "failover"]).optional(),
  threshold: z.int().min(0).max(1000).optional(),
  periodS: z.int().min(1).max(1_000_000).optional(),
  delayMs: z.int().min(0).max(600_000).optional(),
});

const common = {
  dependsOn: z.array(objectName).default([]),
  possibleOwners: z.array(name).default([]),
  restart: restart.optional(),
  pendingTimeoutS: z.int().min(1).max(aDayS).optional(),
  looksAliveS: z.int().min(1).max(aDayS).optional(),
  retryAfterS: z
    .union([z.int().min(1).max(10_000_000), z.literal("never")], {
      error: "write a whole number of seconds from 1 to 10000000, or never",
    })
    .optional(),
};

function resourceOf(type: ResourceType) {
  const fields = Object.fromEntries(type.fields.map((field) => [field.name, fieldOf(field)]));
  return z.strictObject({ type: z.literal(type.type), ...fields, ...common, isAliveS: isAliveOf(type) });
}

/** For a type without a thorough check the field is known, so that its refusal can say why. */
function isAliveOf({ type, isAliveLevel }: ResourceType) {
  if (isAliveLevel !== null) return z.int().min(1).max(aDayS).optional();
  return z
    .never(`a resource of type ${type} has no thorough check beside looksAlive, so it takes no isAliveS`)
    .optional();
}

/** What may be left out has its default here, or stays out where the default is "nothing". */
function fieldOf(field: ResourceField): z.ZodType {
  const schema = kindOf(field);
  if (field.isRequired) return schema;
  return field.fallback === null ? schema.optional() : schema.default(field.fallback);
}

function kindOf(field: ResourceField): z.ZodType {
  switch (field.kind) {
    case "text":
      return textOf(field);
    case "path":
      return absolutePath;
    case "cidr":
      return cidr;
    case "interface":
      return networkInterface;
    case "hostName":
      return hostName;
    case "port":
      return z.int().min(1).max(65_535);
    case "number":
      return z
        .int()
        .min(field.range?.[0] ?? 0)
        .max(field.range?.[1] ?? Number.MAX_SAFE_INTEGER);
    case "flag":
      return z.boolean();
    case "choice":
      return z.enum([...(field.choices ?? [])]);
    case "resource":
      return objectName;
    case "parameters":
      return parameters;
  }
}

function textOf({ pattern }: ResourceField) {
  const text = z.string().max(4096);
  return pattern === undefined ? text : text.regex(new RegExp(pattern.source), pattern.says);
}

const hostName = z
  .string()
  .regex(
    /^(?=.{1,253}$)[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/,
    "write a host name, for example sql.example.com",
  );

/** Parameters of agents: names as OCF and fence agents have them. Values are texts; numbers and flags may be written bare. */
export const parameters = z.record(
  z
    .string()
    .regex(
      /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/,
      "a parameter's name has letters, digits, dots, dashes and underscores",
    ),
  z.union([z.string().max(4096), z.number(), z.boolean()], {
    error: "write a text, a number, true or false",
  }),
);

const [first, ...rest] = resourceTypes.map(resourceOf);
if (first === undefined) throw new Error("core has no resource types");

export const resource = z.discriminatedUnion("type", [first, ...rest], {
  error: (issue) =>
    issue.code === "invalid_union"
      ? `write type: and one of ${resourceTypes.map(({ type }) => type).join(", ")}`
      : undefined,
});
