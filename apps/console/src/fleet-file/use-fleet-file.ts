"use client";
/** The fleet file as it is deployed, and the way of a changed one to the editor, where it is read, planned and applied. */
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTRPC } from "../api/trpc.ts";
import { draftPath } from "../shell/places.ts";
import { keepDraft } from "./draft.ts";

export function useFleetFile() {
  const trpc = useTRPC();
  return useQuery(trpc.intent.current.queryOptions());
}

/** Leads into the editor with a changed text; nothing is deployed by it. */
export function useEditor(): (yaml: string, what: string) => void {
  const router = useRouter();
  return (yaml, what) => {
    keepDraft({ yaml, what });
    router.push(draftPath);
  };
}
