"use client";
/** Data access and toasts for every page. A session that has ended leads to the sign-in page, and back afterwards. */
import { ToastArea } from "@bulkhead/ui/toast.tsx";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { signInPath } from "../shell/places.ts";
import { troubleOf } from "./errors.ts";
import { makeClient, TRPCProvider } from "./trpc.ts";

const staleMs = 5_000;

/** Leaves for the sign-in page when the session has ended; elsewhere the error is shown where it happened. */
export function leaveWhenSignedOut(error: unknown): void {
  if (
    !troubleOf(error).signedOut ||
    location.pathname.startsWith("/sign-in") ||
    location.pathname.startsWith("/setup")
  )
    return;
  location.assign(signInPath(`${location.pathname}${location.search}`));
}

function makeQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
    mutationCache: new MutationCache({ onError: leaveWhenSignedOut }),
    defaultOptions: {
      queries: {
        staleTime: staleMs,
        retry: (failures, error) => failures < 3 && troubleOf(error).unreachable,
      },
    },
  });
}

export function Providers({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient);
  const [client] = useState(makeClient);
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        <ToastArea>{children}</ToastArea>
      </TRPCProvider>
    </QueryClientProvider>
  );
}
