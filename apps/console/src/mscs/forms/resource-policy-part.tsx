"use client";
/** What happens when a resource fails, and how often it is looked at (DOMAIN 2.4). */
import { type ResourceTypeName, resourceTypes } from "@bulkhead/core/mscs";
import { useFormContext } from "react-hook-form";
import { FieldRow, FormNumber, FormPart, FormSelect, FormText } from "./fields.tsx";
import { judgeNumber } from "./judges.ts";
import type { ResourceValues } from "./resource-values.ts";

const aDayS = 86_400;

export function ResourcePolicyPart({ type }: { type: ResourceTypeName }) {
  const { watch } = useFormContext<ResourceValues>();
  const found = resourceTypes.find((each) => each.type === type);
  const usual = (seconds: number | null | undefined) =>
    seconds ? `Left out: ${seconds} s, as of the type.` : "Left out: none.";
  return (
    <>
      <FormPart title="When it fails">
        <FormSelect<ResourceValues>
          name="action"
          label="Restart action"
          options={[
            { value: "failover", text: "restart it, then move the group" },
            { value: "restart", text: "restart it, never move the group" },
            { value: "none", text: "leave it failed" },
          ]}
        />
        {watch("action") === "none" ? null : <RestartFields />}
        <FormText<ResourceValues>
          name="retryAfterS"
          label="Retry after failure, seconds"
          help="When it has failed on every node, it is tried again after this. Left out: 3600. Or never."
          judge={(text) => (text.trim() === "never" ? true : judgeNumber(text, [1, 10_000_000]))}
        />
      </FormPart>
      <FormPart title="Times">
        <FieldRow>
          <FormNumber<ResourceValues>
            name="pendingTimeoutS"
            label="Pending timeout, seconds"
            help={`For going online or offline. ${usual(found?.defaults.pendingTimeoutS)}`}
            range={[1, aDayS]}
          />
          <FormNumber<ResourceValues>
            name="looksAliveS"
            label="LooksAlive interval, seconds"
            help={`Between two cheap checks. ${usual(found?.defaults.looksAliveS)}`}
            range={[1, aDayS]}
          />
          {found?.isAliveLevel === null ? null : (
            <FormNumber<ResourceValues>
              name="isAliveS"
              label="IsAlive interval, seconds"
              help={`Between two thorough checks. ${usual(found?.defaults.isAliveS)}`}
              range={[1, aDayS]}
            />
          )}
        </FieldRow>
      </FormPart>
    </>
  );
}

function RestartFields() {
  return (
    <FieldRow>
      <FormNumber<ResourceValues>
        name="threshold"
        label="Restart threshold"
        help="Restarts on its node within the period. 0: none."
        range={[0, 1000]}
      />
      <FormNumber<ResourceValues>
        name="periodS"
        label="Restart period, seconds"
        help="Counted from the last failure."
        range={[1, 1_000_000]}
      />
      <FormNumber<ResourceValues>
        name="delayMs"
        label="Restart delay, ms"
        help="Between a failure and the restart."
        range={[0, 600_000]}
      />
    </FieldRow>
  );
}
