/** The tree of all procedures. The console and the CLI take only its type, `AppRouter`. */
import { auditHead } from "./procedures/audit-head.ts";
import { auditList } from "./procedures/audit-list.ts";
import { clustersRotateKey } from "./procedures/clusters-rotate-key.ts";
import { deploymentsGet } from "./procedures/deployments-get.ts";
import { deploymentsList } from "./procedures/deployments-list.ts";
import { deploymentsLive } from "./procedures/deployments-live.ts";
import { deploymentsStart } from "./procedures/deployments-start.ts";
import { fleetLive } from "./procedures/fleet-live.ts";
import { fleetSnapshot } from "./procedures/fleet-snapshot.ts";
import { intentCurrent } from "./procedures/intent-current.ts";
import { mscsAdoption } from "./procedures/mscs-adoption.ts";
import { mscsAgentForm } from "./procedures/mscs-agent-form.ts";
import { mscsAgents } from "./procedures/mscs-agents.ts";
import { mscsCommand } from "./procedures/mscs-command.ts";
import { mscsDrift } from "./procedures/mscs-drift.ts";
import { mscsForeign } from "./procedures/mscs-foreign.ts";
import { mscsHistory } from "./procedures/mscs-history.ts";
import { mscsMove } from "./procedures/mscs-move.ts";
import { mscsValidate } from "./procedures/mscs-validate.ts";
import { mscsValidation } from "./procedures/mscs-validation.ts";
import { mscsValidations } from "./procedures/mscs-validations.ts";
import { mscsWhatIf } from "./procedures/mscs-what-if.ts";
import { nodesCreateToken } from "./procedures/nodes-create-token.ts";
import { nodesList } from "./procedures/nodes-list.ts";
import { nodesRevoke } from "./procedures/nodes-revoke.ts";
import { plansCreate } from "./procedures/plans-create.ts";
import { plansGet } from "./procedures/plans-get.ts";
import { plansList } from "./procedures/plans-list.ts";
import { sessionMe } from "./procedures/session-me.ts";
import { setupComplete } from "./procedures/setup-complete.ts";
import { setupNeeded } from "./procedures/setup-needed.ts";
import { tokensCreate } from "./procedures/tokens-create.ts";
import { tokensList } from "./procedures/tokens-list.ts";
import { tokensRevoke } from "./procedures/tokens-revoke.ts";
import { wlbsAsk } from "./procedures/wlbs-ask.ts";
import { wlbsCommand } from "./procedures/wlbs-command.ts";
import { wlbsFilter } from "./procedures/wlbs-filter.ts";
import { wlbsIp2mac } from "./procedures/wlbs-ip2mac.ts";
import { wlbsTables } from "./procedures/wlbs-tables.ts";
import { router } from "./trpc.ts";

export const appRouter = router({
  session: router({ me: sessionMe }),
  fleet: router({ snapshot: fleetSnapshot, live: fleetLive }),
  nodes: router({ list: nodesList, createToken: nodesCreateToken, revoke: nodesRevoke }),
  wlbs: router({
    command: wlbsCommand,
    ask: wlbsAsk,
    filter: wlbsFilter,
    ip2mac: wlbsIp2mac,
    tables: wlbsTables,
  }),
  clusters: router({ rotateKey: clustersRotateKey }),
  mscs: router({
    move: mscsMove,
    command: mscsCommand,
    whatIf: mscsWhatIf,
    history: mscsHistory,
    drift: mscsDrift,
    foreign: mscsForeign,
    adoption: mscsAdoption,
    validate: mscsValidate,
    validation: mscsValidation,
    validations: mscsValidations,
    agents: mscsAgents,
    agentForm: mscsAgentForm,
  }),
  intent: router({ current: intentCurrent }),
  plans: router({ create: plansCreate, get: plansGet, list: plansList }),
  deployments: router({
    // `apply` is a reserved word of tRPC routers.
    start: deploymentsStart,
    get: deploymentsGet,
    list: deploymentsList,
    live: deploymentsLive,
  }),
  audit: router({ list: auditList, head: auditHead }),
  tokens: router({ create: tokensCreate, list: tokensList, revoke: tokensRevoke }),
  setup: router({ needed: setupNeeded, complete: setupComplete }),
});

export type AppRouter = typeof appRouter;
