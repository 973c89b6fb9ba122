/** What every view of a pair's page is given. */
import type { MscsCluster } from "../states/mscs-states.ts";
import type { PairAct } from "./acts/pair-act.ts";

export interface PairViewProps {
  cluster: MscsCluster;
  /** The controller's clock. */
  now: number;
  /** Opens the dialog of an order. */
  onAct: (act: PairAct) => void;
}
