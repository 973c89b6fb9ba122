/** Joins class names; where two Tailwind classes clash, the later one wins. */
import { type ClassValue, clsx } from "clsx";
import { twMerge } from "tailwind-merge";

/** @returns one class attribute value. */
export function cn(...values: ClassValue[]): string {
  return twMerge(clsx(values));
}
