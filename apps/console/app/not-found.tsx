/** An address that leads nowhere. */
import { Logo } from "../src/shell/logo.tsx";

export default function NotFound() {
  return (
    <main className="mx-auto grid min-h-dvh max-w-md place-content-center gap-4 px-6">
      <Logo className="size-8" />
      <h1 className="text-title font-semibold">There is no page at this address</h1>
      <p className="text-muted">It may have been renamed, or the link was cut off.</p>
      <a href="/" className="font-medium text-active underline underline-offset-2">
        Go to the overview
      </a>
    </main>
  );
}
