"use client";
/** The parameters of an installed resource agent as fields: asked of the nodes, from the agent's own metadata. */
import type { ResourceField } from "@bulkhead/core/mscs";
import { TextField } from "@bulkhead/ui/field.tsx";
import { Notice } from "@bulkhead/ui/notice.tsx";
import { State } from "@bulkhead/ui/state.tsx";
import { skipToken, useQuery } from "@tanstack/react-query";
import { useFormContext } from "react-hook-form";
import { troubleOf } from "../../api/errors.ts";
import { useTRPC } from "../../api/trpc.ts";
import { judgeField, parametersOf, parametersText } from "./judges.ts";
import type { ResourceValues } from "./resource-values.ts";

const agentShape = /^[A-Za-z0-9_-]+(:[A-Za-z0-9_.@-]+){1,2}$/;

export function OcfParameters({ cluster }: { cluster: string }) {
  const trpc = useTRPC();
  const { watch } = useFormContext<ResourceValues>();
  const agent = String(watch("settings.agent") ?? "");
  const agents = useQuery(trpc.mscs.agents.queryOptions({ cluster }, { staleTime: 60_000 }));
  const isNamed = agentShape.test(agent);
  const known = agents.data?.some((each) => each.agent === agent);
  const form = useQuery(
    trpc.mscs.agentForm.queryOptions(isNamed && known !== false ? { cluster, agent } : skipToken, {
      staleTime: 60_000,
    }),
  );
  return (
    <div className="grid gap-4">
      <datalist id="ocf-agents">
        {agents.data?.map((each) => (
          <option key={each.agent} value={each.agent}>
            {each.title}
          </option>
        ))}
      </datalist>
      {agents.error ? (
        <Notice role="unknown" title="The nodes cannot be asked which agents they have">
          {troubleOf(agents.error).message} Write the agent and its parameters by hand.
        </Notice>
      ) : null}
      {isNamed && known === false ? (
        <p className="text-dense text-bad">
          {agent} is not installed on both nodes: the plan will refuse it.
        </p>
      ) : null}
      {form.isFetching ? <State role="active" word="Asking the agent for its parameters" /> : null}
      {form.data ? (
        <fieldset className="grid gap-4 border-l-2 border-line-strong pl-4">
          <legend className="text-dense font-medium">{form.data.title}</legend>
          <p className="text-dense text-muted">{form.data.help}</p>
          {form.data.fields.map((field) => (
            <Parameter key={field.name} field={field} />
          ))}
        </fieldset>
      ) : null}
    </div>
  );
}

/** Reads and writes one line of the parameters above, so that both always say the same. */
function Parameter({ field }: { field: ResourceField }) {
  const { watch, setValue } = useFormContext<ResourceValues>();
  const parameters = parametersOf(String(watch("settings.parameters") ?? ""));
  const text = parameters[field.name] ?? "";
  const verdict = text === "" ? true : judgeField(field, text);
  const change = (value: string) => {
    const { [field.name]: _old, ...others } = parameters;
    const next = value === "" ? others : { ...others, [field.name]: value };
    setValue("settings.parameters", parametersText(next), { shouldDirty: true });
  };
  return (
    <TextField
      label={field.isRequired ? field.title : `${field.title} (may be left out)`}
      help={field.help}
      mono
      value={text}
      placeholder={field.fallback === null ? "" : String(field.fallback)}
      error={verdict === true ? null : verdict}
      onChange={(event) => change(event.target.value)}
    />
  );
}
