"use client";
/** The one live subscription of the page. When it breaks, the picture stays and its age is shown; it is never shown as live. */
import type { FleetSnapshot } from "@bulkhead/api";
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { troubleOf } from "../api/errors.ts";
import { leaveWhenSignedOut } from "../api/providers.tsx";
import { useTRPCClient } from "../api/trpc.ts";
import { broken, emptyLive, type LiveState, LiveStore, received } from "./live-store.ts";

const LiveContext = createContext<LiveStore | null>(null);
const againMs = 2_000;

/** Subscribes while mounted. The link reconnects by itself; after an error that it does not survive we start again. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useTRPCClient();
  const [store] = useState(() => new LiveStore());
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let subscription: { unsubscribe: () => void } | undefined;
    const lost = (error: unknown) => store.set(broken(store.read(), error ? troubleOf(error).message : null));
    const start = () => {
      if (ended) return;
      subscription = client.fleet.live.subscribe(undefined, {
        onData: (message) => store.set(received(store.read(), message.data, Date.now())),
        onConnectionStateChange: (state) => {
          if (state.state === "connecting") lost(state.error);
        },
        onError: (error) => {
          leaveWhenSignedOut(error);
          lost(error);
          timer = setTimeout(start, againMs);
        },
      });
    };
    start();
    return () => {
      ended = true;
      clearTimeout(timer);
      subscription?.unsubscribe();
    };
  }, [client, store]);
  return <LiveContext value={store}>{children}</LiveContext>;
}

/** Everything live. */
export function useLive(): LiveState {
  const store = useContext(LiveContext);
  if (!store) throw new Error("useLive is used outside of LiveProvider: wrap the page in ConsoleShell.");
  return useSyncExternalStore(store.subscribe, store.read, () => emptyLive);
}

/** The newest picture; null until the first one came. */
export function useFleet(): FleetSnapshot | null {
  return useLive().snapshot;
}
