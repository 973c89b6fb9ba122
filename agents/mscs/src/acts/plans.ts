/** Order -> plan, verb by verb (DOMAIN 2.7). Each is one or a few orders to the engine and what to wait for. */
import {
  clearProgress,
  drainProgress,
  failureOutcome,
  failureSeen,
  groupPolicyOf,
  groupViewOf,
  type MscsOrder,
  type MscsVerb,
  moveProgress,
  namesOf,
  offlineProgress,
  onlineProgress,
  resourceId,
  resourceViewOf,
  resumeProgress,
  withDependencies,
} from "@bulkhead/core/mscs";
import type { ActPlan, ActStep, PlanInput } from "./plan.ts";

export function planOf(input: PlanInput): ActPlan {
  return plans[input.order.verb](input);
}

const plans: Record<MscsVerb, (input: PlanInput) => ActPlan> = {
  move: (input) => movePlan(input, [input.order]),
  moveBack: (input) => movePlan(input, [input.order]),
  online: (input) => ({ steps: [onlineStep(input)] }),
  offline: (input) => ({ steps: [offlineStep(input)] }),
  restart: restartPlan,
  fail: failPlan,
  clear: clearPlan,
  pause: pausePlan,
  resume: resumePlan,
  evict: ({ tools, order }) => tools.membership.evict(order.object.name),
  rebuild: ({ tools, order }) => tools.membership.rebuild(order.object.name),
  maintenance: maintenancePlan,
  revert: ({ tools }) => ({
    steps: [
      {
        text: "Writing the policy over what was changed by hand",
        begin: () => tools.revert(),
        done: `The policy of pair ${tools.policy.cluster} is in force as it was deployed`,
      },
    ],
  }),
};

/** A pin draws each group to its node; the plan never ends with a pin in place. */
function movePlan({ tools, deadlineAt }: PlanInput, orders: readonly MscsOrder[]): ActPlan {
  return {
    steps: orders.map((order) => ({
      text: `Moving group ${order.object.name} to ${order.to}`,
      begin: () =>
        tools.orders.pin({
          by: tools.node,
          group: order.object.name,
          to: order.to ?? "",
          untilMs: deadlineAt,
        }),
      progress: (view) => moveProgress(view, order, groupPolicyOf(tools.policy, order.object.name)),
    })),
    async cleanup() {
      for (const order of orders) await tools.orders.unpin(tools.node, order.object.name);
    },
  };
}

function cibId({ tools, order }: Pick<PlanInput, "tools" | "order">): string {
  const { group, resource } = namesOf(order);
  return resource === null ? group : resourceId(group, resource, tools.policy.engine);
}

/**
 * A resource comes online with all that it rests on; the rest of a group that is offline stays offline. Whoever orders it
 * wants it tried: failures that the engine remembers would keep it from doing so.
 */
function onlineStep({ tools, order, before }: PlanInput): ActStep {
  const { group, resource } = namesOf(order);
  const policy = groupPolicyOf(tools.policy, group);
  const wanted = (name: string) =>
    resource === null || policy === undefined || withDependencies(policy, resource).includes(name);
  const hasFailed = groupViewOf(before, group)?.resources.some(
    (item) => wanted(item.name) && item.failCount > 0,
  );
  return {
    text: `Bringing ${order.object.name} online`,
    async begin() {
      if (hasFailed === true) await tools.orders.clear(group);
      if (resource === null || policy === undefined) return tools.orders.setGroupOnline(group);
      const needed = withDependencies(policy, resource).map((name) =>
        resourceId(group, name, tools.policy.engine),
      );
      return tools.orders.setMembersOnline(group, needed);
    },
    progress: (view) => onlineProgress(view, order),
  };
}

function offlineStep({ tools, order }: PlanInput): ActStep {
  return {
    text: `Bringing ${order.object.name} offline`,
    begin: () => tools.orders.setOffline(cibId({ tools, order }), true),
    progress: (view) => offlineProgress(view, order),
  };
}

/**
 * The order to be offline never outlives the restart, even one that came to nothing. While it is offline the engine does not
 * know any more where the group was, so a pin keeps the place; if that node is lost meanwhile, it comes up on the other.
 */
function restartPlan(input: PlanInput): ActPlan {
  const { tools, order, before, deadlineAt } = input;
  const { group } = namesOf(order);
  const to = groupViewOf(before, group)?.owner ?? null;
  const lift = () => tools.orders.setOffline(cibId({ tools, order }), false);
  const offline = offlineStep(input);
  const keepingPlace: ActStep = {
    ...offline,
    async begin() {
      if (to !== null) await tools.orders.pin({ by: tools.node, group, to, untilMs: deadlineAt });
      await offline.begin();
    },
  };
  const online: ActStep = {
    text: `Bringing ${order.object.name} online again`,
    begin: lift,
    progress: (view) => onlineProgress(view, order),
  };
  return {
    steps: [keepingPlace, online],
    async cleanup() {
      await lift();
      await tools.orders.unpin(tools.node, group);
    },
  };
}

function failPlan({ tools, order, before }: PlanInput): ActPlan {
  const owner = resourceViewOf(before, order)?.owner ?? "";
  const notice: ActStep = {
    text: `Telling the engine that ${order.object.name} has failed on ${owner}`,
    begin: () => tools.orders.fail(cibId({ tools, order }), owner),
    progress: (view) => failureSeen(before, view, order),
  };
  const outcome: ActStep = {
    text: "Waiting for what the engine makes of it",
    begin: () => Promise.resolve(),
    progress: (view) => failureOutcome(view, order),
  };
  return { steps: [notice, outcome] };
}

function clearPlan({ tools, order }: PlanInput): ActPlan {
  const isPair = order.object.kind === "pair";
  return {
    steps: [
      {
        text: `Forgetting the failures of ${order.object.name}`,
        begin: () => tools.orders.clear(isPair ? null : cibId({ tools, order })),
        progress: (view) => clearProgress(view, order),
      },
    ],
  };
}

function pausePlan({ tools, order, before }: PlanInput): ActPlan {
  const node = order.object.name;
  if (order.mode === "drain")
    return {
      steps: [
        {
          text: `Moving the groups of ${node} away`,
          begin: () => tools.orders.drain(node),
          progress: (view) => drainProgress(view, node),
        },
      ],
    };
  const away = before.groups.filter((group) => group.owner !== node).map((group) => group.name);
  return {
    steps: [
      {
        text: `Pausing ${node}; it keeps its groups and takes no new one`,
        begin: () => tools.orders.keep(node, away),
        done: `${node} is paused: it keeps its groups and takes no new one`,
      },
    ],
  };
}

/** `immediate`: what prefers this node comes back now. `policy` and `none` leave that to the failback of each group. */
function resumePlan(input: PlanInput): ActPlan {
  const { tools, order, before } = input;
  const node = order.object.name;
  const resume: ActStep = {
    text: `Resuming ${node}`,
    begin: () => tools.orders.resume(node),
    progress: (view) => resumeProgress(view, node),
  };
  if (order.mode !== "immediate") return { steps: [resume] };
  const returning = tools.policy.groups.filter((group) => {
    const owner = before.groups.find((item) => item.name === group.name)?.owner;
    return group.preferredOwners[0] === node && owner !== undefined && owner !== null && owner !== node;
  });
  const moves = returning.map(
    ({ name }): MscsOrder => ({ ...order, verb: "move", object: { kind: "group", name }, to: node }),
  );
  const back = movePlan(input, moves);
  return { ...back, steps: [resume, ...back.steps] };
}

function maintenancePlan({ tools, order }: PlanInput): ActPlan {
  const isOn = order.mode !== "off";
  return {
    steps: [
      {
        text: isOn
          ? "Letting the resources run on unwatched; nothing is restarted or moved until maintenance ends"
          : "Watching the resources again",
        begin: () => tools.orders.setMaintenance(isOn),
        done: isOn
          ? "The resources run on unwatched until maintenance ends"
          : "The resources are watched again",
      },
    ],
  };
}
