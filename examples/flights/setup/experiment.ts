import type { Graph } from '../../../client/graph.ts';
import { DEPLOYMENT } from '../names.ts';
import {
  CreateExperiment,
  ExperimentsOfDeployment,
  StartExperiment,
  type ExperimentFactsFragment,
} from '../operations.ts';

/** Two releases of the deployment, split by flight. */
export interface ExperimentPlan {
  readonly name: string;
  readonly hypothesis: string;
  readonly controlRelease: string;
  readonly controlShare: number;
  readonly candidateRelease: string;
  readonly candidateShare: number;
}

const HYPOTHESIS = `The logistic regression, which anyone can read, announces delays about as well as the trees: compare the Brier score of the arms.
Whether a flight comes late does not depend on who announces it, so the share of late flights must not differ between them.`;

/** The small experiment of the set-up. */
export const treesOrLogistic = (controlRelease: string, candidateRelease: string): ExperimentPlan => ({
  name: 'trees-or-logistic',
  hypothesis: HYPOTHESIS,
  controlRelease,
  controlShare: 0.1,
  candidateRelease,
  candidateShare: 0.1,
});

/**
 * Starts an experiment, or takes up one that was begun. One that was stopped never runs again; then, and where somebody
 * else holds the traffic, all is left as it is. Answers its status.
 */
export async function runExperiment(graph: Graph, plan: ExperimentPlan): Promise<string> {
  const { experiments, traffic } = await graph.field(ExperimentsOfDeployment, { id: DEPLOYMENT });
  const found = experiments?.edges.map(({ node }) => node).find(({ name }) => name === plan.name);
  if (found && found.status !== 'DRAFT') return found.status;
  if (traffic.lease) return `not started, since ${traffic.lease.holder} holds the traffic`;
  const experiment = found ?? (await create(graph, plan));
  await graph.field(StartExperiment, { input: { experiment: experiment.id } });
  return 'RUNNING';
}

async function create(graph: Graph, plan: ExperimentPlan): Promise<ExperimentFactsFragment> {
  const { name, hypothesis, controlRelease, controlShare, candidateRelease, candidateShare } = plan;
  const arms = [
    { name: 'control', release: controlRelease, share: controlShare },
    { name: 'candidate', release: candidateRelease, share: candidateShare },
  ];
  const input = { name, hypothesis, arms, deployment: DEPLOYMENT, unit: 'flight', baseline: 0.2, mde: 0.1 };
  const { experiment } = await graph.field(CreateExperiment, { input });
  return experiment;
}
