"use client";
/** The forms of the back tier. */
export function EditPage() {
  return null;
}
