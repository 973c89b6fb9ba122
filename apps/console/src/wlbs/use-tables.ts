"use client";
/** The bucket tables of a cluster: asked for again whenever the live picture says that they have changed. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTRPC } from "../api/trpc.ts";
import type { WlbsCluster } from "../states/wlbs-states.ts";
import { noTables, remembered, type TableMemory } from "./table-memory.ts";

export function useTables({ name, rules, tablesKey }: WlbsCluster): { memory: TableMemory; error: unknown } {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.wlbs.tables.queryOptions({ cluster: name }, { staleTime: Number.POSITIVE_INFINITY }),
  );
  const [memory, setMemory] = useState(noTables);
  const fits = data !== undefined && data.key === tablesKey;
  // During the render, not after it: rules and tables that belong together are drawn together.
  if (fits && memory.key !== data.key) setMemory(remembered(memory, data, rules));
  const isOld = data !== undefined && !fits;
  useEffect(() => {
    if (isOld && tablesKey !== null) void refetch();
  }, [isOld, tablesKey, refetch]);
  return { memory, error };
}
