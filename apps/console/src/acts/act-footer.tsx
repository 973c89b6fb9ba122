"use client";
/** The end of a dialog whose act has been sent: the audit entry, and the way out. */
import { Button, buttonLook } from "@bulkhead/ui/button.tsx";
import Link from "next/link";
import { useEffect, useRef } from "react";
import { auditPath } from "../shell/places.ts";

interface ActFooterProps {
  /** The cluster or pair that the act was about: the audit log is narrowed to it. */
  about: string;
  close?: string;
  onClose: () => void;
}

export function ActFooter({ about, close = "Close", onClose }: ActFooterProps) {
  const button = useRef<HTMLButtonElement>(null);
  // The button that was pressed is gone: without this the focus would fall back to the page behind.
  useEffect(() => button.current?.focus(), []);
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Link href={auditPath(about)} className={buttonLook({})}>
        Show in the audit log
      </Link>
      <Button ref={button} look="primary" onClick={onClose}>
        {close}
      </Button>
    </div>
  );
}
