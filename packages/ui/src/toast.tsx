"use client";
/** Short news of what just happened, with a way on. Base UI announces them politely. */
import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { StateIcon, type StateRole } from "./state.tsx";

const shownMs = 7000;

interface ToastData {
  role: StateRole;
}

/** @returns a function that shows one toast. */
export function useToast(): (role: StateRole, title: string, description?: string) => void {
  const manager = Toast.useToastManager<ToastData>();
  return (role, title, description) => {
    manager.add({
      title,
      description,
      data: { role },
      timeout: role === "bad" ? 0 : shownMs,
      priority: role === "bad" ? "high" : "low",
    });
  };
}

function ToastList() {
  const { toasts } = Toast.useToastManager<ToastData>();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className={cn(
        "flex items-start gap-2.5 rounded-md bg-surface px-3 py-2.5 shadow-(--shadow) transition-opacity duration-150",
        "data-[ending-style]:opacity-0 data-[starting-style]:opacity-0",
      )}
    >
      <span className="flex h-5 items-center">
        <StateIcon role={toast.data?.role ?? "ok"} />
      </span>
      <div className="min-w-0 flex-1">
        <Toast.Title className="text-dense font-medium" />
        <Toast.Description className="text-dense text-muted" />
      </div>
      <Toast.Close
        aria-label="Dismiss"
        className="grid size-5 place-items-center rounded-sm text-muted hover:text-text"
      >
        <X aria-hidden className="size-3.5" />
      </Toast.Close>
    </Toast.Root>
  ));
}

/** Holds the toasts of everything inside. */
export function ToastArea({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="fixed right-4 bottom-4 z-50 flex w-[min(380px,calc(100vw-2rem))] flex-col gap-2">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
