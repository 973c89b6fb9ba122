/** Buttons and links that look like buttons. A refused act keeps its button: `blockedBy` says why it cannot be pressed. */
import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

export const buttonLook = cva(
  "inline-flex shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-colors select-none disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      look: {
        primary: "bg-ink text-on-ink hover:bg-ink/85",
        plain: "border border-line-strong/70 bg-surface text-text hover:bg-sunken",
        quiet: "text-muted hover:bg-sunken hover:text-text",
        danger: "bg-bad-fill text-white hover:bg-bad-fill/88",
      },
      size: { md: "h-8 px-3 text-dense", sm: "h-7 px-2.5 text-dense", lg: "h-10 px-4", icon: "size-8" },
    },
    defaultVariants: { look: "plain", size: "md" },
  },
);

export type ButtonProps = ComponentProps<"button"> &
  VariantProps<typeof buttonLook> & {
    /** Why the act is refused now and what would enable it. Shown as tooltip and read out. */
    blockedBy?: string | null | undefined;
  };

/** A `button` that never submits by accident. Blocked ones stay focusable so that the reason can be read. */
export function Button({ look, size, className, blockedBy, onClick, type = "button", ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={cn(buttonLook({ look, size }), className)}
      aria-disabled={blockedBy ? true : undefined}
      title={blockedBy ?? rest.title}
      onClick={blockedBy ? (event) => event.preventDefault() : onClick}
    />
  );
}
