/** Joins class names; where two Tailwind classes clash, the later one wins. */
import { type ClassValue, clsx } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

/** Our own text sizes must be known as sizes, or they would be taken for colours and swallow them. */
const merge = extendTailwindMerge({
  extend: { classGroups: { "font-size": [{ text: ["dense", "title", "hero"] }] } },
});

/** @returns one class attribute value. */
export function cn(...values: ClassValue[]): string {
  return merge(clsx(values));
}
