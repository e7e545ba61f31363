import type { Graph } from '../../../client/graph.ts';
import type { Steps } from '../../shared/setup/steps.ts';
import {
  ConfirmStandingApproval,
  CreateResponsePolicy,
  OneResponsePolicy,
  ProposeStandingApproval,
  StandingApprovals,
} from '../operations.ts';
import { defineMetrics, endOthers } from '../rollout/begin.ts';
import { DEFINITION, MODEL, POLICY, TRAINER } from './plan.ts';

export const POLICY_ID = `tiffin:default:response-policy:${POLICY}`;

/** The metrics, the policy, and room for it on the traffic; what is there already stays. */
export async function beginAdapting(graph: Graph, steps: Steps): Promise<void> {
  await steps.take('metrics', async () => [undefined, await defineMetrics(graph)]);
  await steps.take('policy', async () => {
    const { responsePolicy } = await graph.run(OneResponsePolicy, { id: POLICY_ID });
    if (responsePolicy) return [undefined, `${POLICY} goes on`];
    const others = await endOthers(graph);
    const description = 'Scores drift or get worse: learn from the last month, and go live step by step.';
    await graph.field(CreateResponsePolicy, { input: { name: POLICY, description, definition: DEFINITION } });
    return [undefined, `${POLICY} is there${others === '' ? '' : `; ${others} made room`}`];
  });
}

/** Two people approve what the trainer will make; one that stands already is used. */
export async function approveBeforehand(
  [first, second]: readonly [Graph, Graph],
  service: string,
  steps: Steps,
): Promise<void> {
  await steps.take('standing approval', async () => {
    const { edges } = await first.field(StandingApprovals, {});
    const model = `tiffin:default:model:${MODEL}`;
    const found = edges
      .map(({ node }) => node)
      .find((one) => one.model === model && one.codeCommit === TRAINER && one.endedBy === null);
    if (found?.confirmedBy) return [undefined, `${found.id} stands`];
    const expiresAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
    const bounds = {
      model: MODEL,
      codeCommit: TRAINER,
      featureService: service,
      environments: ['production'],
      runs: 5,
    };
    const reason = 'Retraining after storms.';
    const id =
      found?.id ??
      (await first.field(ProposeStandingApproval, { input: { ...bounds, expiresAt, reason } })).standingApproval.id;
    await second.field(ConfirmStandingApproval, { input: { id, reason } });
    return [undefined, `${id}, by two people, for 5 versions within 30 days`];
  });
}
