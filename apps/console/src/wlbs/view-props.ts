/** What every view of a cluster page is given. */
import type { WlbsCluster } from "../states/wlbs-states.ts";
import type { Act } from "./acts.ts";
import type { Question } from "./questions.ts";

export interface ViewProps {
  cluster: WlbsCluster;
  /** The controller's clock. */
  now: number;
  /** Opens the dialog of an act. */
  onAct: (act: Act) => void;
  /** Opens the dialog of a question. */
  onAsk: (question: Question) => void;
}
