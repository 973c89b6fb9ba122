"use client";
/** The frame of every form of the back tier: one column, what comes next, and the way out. */
import { Button, buttonLook } from "@bulkhead/ui/button.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { Page } from "@bulkhead/ui/page.tsx";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import { type FieldValues, FormProvider, type UseFormReturn } from "react-hook-form";
import { useEditor } from "../../fleet-file/use-fleet-file.ts";

export interface FormFrameProps<V extends FieldValues> {
  title: string;
  trail: ReactNode;
  lead: string;
  form: UseFormReturn<V>;
  /** Where one came from. */
  back: string;
  /** The changed fleet file. Throws with a sentence. */
  onWrite: (values: V) => { yaml: string; what: string };
  /** Takes the object out of the fleet file; null = it is not in there yet. */
  remove: { label: string; onRemove: () => { yaml: string; what: string } } | null;
  children: ReactNode;
}

export function FormFrame<V extends FieldValues>(props: FormFrameProps<V>) {
  const { form, onWrite, remove } = props;
  const toEditor = useEditor();
  const [problem, setProblem] = useState<string | null>(null);
  const write = (change: () => { yaml: string; what: string }) => {
    try {
      const { yaml, what } = change();
      toEditor(yaml, what);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Page title={props.title} trail={props.trail} lead={props.lead}>
      <FormProvider {...form}>
        <form
          aria-label={props.title}
          className="grid max-w-2xl grid-cols-[minmax(0,1fr)] gap-6"
          onSubmit={(event) => void form.handleSubmit((values) => write(() => onWrite(values)))(event)}
        >
          {props.children}
          {problem ? <Notice role="bad" title={problem} live /> : null}
          <div className="flex flex-wrap items-center gap-2 border-t pt-4">
            <Button type="submit" look="primary">
              Write it into the fleet file
            </Button>
            <Link href={props.back} className={buttonLook({})}>
              Leave as it is
            </Link>
            <span className="flex-1" />
            {remove ? (
              <Button look="danger" onClick={() => write(remove.onRemove)}>
                {remove.label}
              </Button>
            ) : null}
          </div>
          <p className="text-dense text-muted">
            Nothing is applied by this: the editor opens with the difference, then a plan says what would
            change.
          </p>
        </form>
      </FormProvider>
    </Page>
  );
}
