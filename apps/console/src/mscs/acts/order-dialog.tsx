"use client";
/** One order to a pair: what will happen and how long it took last time, the order, its steps, and how it ended. */
import type { MscsAct } from "@bulkhead/core/mscs";
import { Dialog } from "@bulkhead/ui/dialog.tsx";
import { SelectField } from "@bulkhead/ui/field.tsx";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ActFooter } from "../../acts/act-footer.tsx";
import { ActForm } from "../../acts/act-form.tsx";
import { DeadlineField } from "../../acts/deadline-field.tsx";
import { useTRPC } from "../../api/trpc.ts";
import { mscsCommandLine } from "../../states/cli.ts";
import type { MscsCluster } from "../../states/mscs-states.ts";
import { tookText } from "../what-if/foretold.ts";
import { ActProgress } from "./act-progress.tsx";
import { Forecast } from "./forecast.tsx";
import type { PairAct } from "./pair-act.ts";
import { tookOf } from "./took.ts";

interface OrderDialogProps {
  cluster: MscsCluster;
  /** Null = closed. Kept as it was promised: the picture behind changes while it is carried out. */
  act: PairAct | null;
  onClose: () => void;
}

export function OrderDialog({ cluster, act, onClose }: OrderDialogProps) {
  return (
    <Dialog
      open={act !== null}
      onOpenChange={(open) => !open && onClose()}
      title={act?.title ?? ""}
      lead={act?.lead ?? ""}
    >
      {act ? <OrderBody key={act.title} cluster={cluster} act={act} onClose={onClose} /> : null}
    </Dialog>
  );
}

type FailbackMode = "none" | "immediate" | "policy";

function OrderBody({ cluster, act, onClose }: OrderDialogProps & { act: PairAct }) {
  const trpc = useTRPC();
  const command = useMutation(trpc.mscs.command.mutationOptions());
  const [deadlineS, setDeadlineS] = useState<number | null>(null);
  const [failback, setFailback] = useState<FailbackMode>("none");
  const order = { ...act.order, deadlineS, mode: act.hasFailback ? failback : act.order.mode };
  if (command.data) return <Underway cluster={cluster} begun={command.data} onClose={onClose} />;
  return (
    <ActForm
      lines={act.lines}
      typed={act.typed}
      shell={mscsCommandLine(act.cluster, order, act.confirm)}
      button={act.button}
      waiting="Giving the order"
      command={command}
      onSend={() => command.mutate({ cluster: act.cluster, order, confirm: act.confirm })}
      onClose={onClose}
    >
      <Took cluster={cluster} groups={act.groups} />
      {act.question ? <Forecast cluster={act.cluster} question={act.question} /> : null}
      {act.hasFailback ? <FailbackField value={failback} onChange={setFailback} /> : null}
      <DeadlineField
        label="Give up"
        without="by the pending timeouts of the resources"
        choices={giveUpChoicesS}
        value={deadlineS}
        onChange={setDeadlineS}
      />
    </ActForm>
  );
}

function Took({ cluster, groups }: { cluster: MscsCluster; groups: readonly string[] }) {
  const known = groups.flatMap((group) => {
    const text = tookText(tookOf(cluster, group));
    return text ? [`${group}: ${text}.`] : [];
  });
  if (groups.length === 0) return null;
  return (
    <p className="text-dense text-muted">
      {known.length > 0
        ? `Changing the owner took: ${known.join(" ")}`
        : "It has not changed its owner yet, so nobody knows how long that takes."}
    </p>
  );
}

interface UnderwayProps {
  cluster: MscsCluster;
  begun: MscsAct;
  onClose: () => void;
}

/** The order as the snapshot shows it; as it was answered until the first picture with it comes. */
function Underway({ cluster, begun, onClose }: UnderwayProps) {
  const act = cluster.acts.find(({ id }) => id === begun.id) ?? begun;
  return (
    <div className="grid gap-4">
      <ActProgress act={act} />
      <ActFooter
        about={cluster.name}
        close={act.state === "running" ? "Close and watch the page" : "Close"}
        onClose={onClose}
      />
    </div>
  );
}

const giveUpChoicesS = [10, 30, 60, 300, 900];

function FailbackField(props: { value: FailbackMode; onChange: (mode: FailbackMode) => void }) {
  return (
    <SelectField
      label="Groups that moved away"
      value={props.value}
      onChange={(event) => props.onChange(event.target.value as FailbackMode)}
    >
      <option value="none">stay where they are</option>
      <option value="immediate">move back at once</option>
      <option value="policy">move back as their failback policy says</option>
    </SelectField>
  );
}
