import type { Graph } from '../../../client/graph.ts';
import type { Steps } from '../../shared/setup/steps.ts';
import { DEPLOYMENT } from '../names.ts';
import {
  CreateMetric,
  CreateRollout,
  CreateShadow,
  ExperimentsOfDeployment,
  MetricNames,
  RolloutsOfDeployment,
  ShadowsOfDeployment,
  StartRollout,
  StartShadow,
  StopExperiment,
  StopShadow,
} from '../operations.ts';
import { liveAnd } from '../setup/release.ts';
import { FALLBACK_MARGIN, METRICS, STEPS, type Candidate } from './plan.ts';

const HYPOTHESIS = `The candidate is no worse than what answers now, by more than is written down, in any step.`;

export const rolloutName = (candidate: Candidate): string => `june-${candidate}`;
export const shadowName = (candidate: Candidate): string => `june-${candidate}-in-the-shadow`;

/** The metrics, the rollout and, beside all other answers, the candidate as a shadow; what is there already goes on. */
export async function beginRollout(graph: Graph, candidate: Candidate, steps: Steps): Promise<string> {
  const found = await findRollout(graph, candidate);
  const release = found ? undefined : (await liveAnd(graph, candidate)).other;
  await steps.take('metrics', async () => [undefined, await defineMetrics(graph)]);
  return steps.take('rollout', async () => {
    const others = found ? '' : await endOthers(graph);
    const id = found?.id ?? (await create(graph, candidate, release ?? ''));
    if (!found || found.status === 'DRAFT') await graph.field(StartRollout, { input: { rollout: id } });
    if (release !== undefined) await shadow(graph, candidate, release);
    return [id, `${rolloutName(candidate)} ${standing(found?.status)}${others === '' ? '' : `; ${others} made room`}`];
  });
}

/** What its line says, by how it stood before. */
function standing(status: string | undefined): string {
  if (status === undefined || status === 'DRAFT') return 'has begun';
  return status === 'RUNNING' ? 'goes on' : `has ended: ${status}`;
}

export async function findRollout(graph: Graph, candidate: Candidate) {
  const { rollouts } = await graph.field(RolloutsOfDeployment, { id: DEPLOYMENT });
  return rollouts?.edges.map(({ node }) => node).find(({ name }) => name === rolloutName(candidate));
}

/** The metrics that guard; what is there stays. Answers their names. */
export async function defineMetrics(graph: Graph): Promise<string> {
  const { edges } = await graph.field(MetricNames, {});
  const known = new Set(edges.map(({ node }) => node.name));
  const { brier, fallbacks } = METRICS;
  const definitions = [
    { ...brier, definition: { kind: 'MEAN', measure: 'SQUARED_ERROR', higherIsBetter: false } },
    {
      ...fallbacks,
      definition: {
        kind: 'PROPORTION',
        measure: 'FALLBACK',
        positiveFrom: 1,
        higherIsBetter: false,
        margin: FALLBACK_MARGIN,
      },
    },
  ] as const;
  for (const input of definitions) {
    if (!known.has(input.name)) await graph.field(CreateMetric, { input });
  }
  return definitions.map(({ name }) => name).join(', ');
}

async function create(graph: Graph, candidate: Candidate, release: string): Promise<string> {
  const [first] = STEPS;
  const steps = STEPS.map(({ weight, minSamples, brierMargin }, i) => ({
    weight,
    minSamples,
    margins: [{ metric: METRICS.brier.name, margin: brierMargin }],
    // Whether it is better, the pairs of the shadow decide: a person lets the last step go on.
    approval: i === STEPS.length - 1,
  }));
  const { rollout } = await graph.field(CreateRollout, {
    input: {
      name: rolloutName(candidate),
      hypothesis: HYPOTHESIS,
      deployment: DEPLOYMENT,
      candidate: release,
      unit: 'flight',
      steps,
      guardrails: [{ metric: METRICS.brier.name, margin: first.brierMargin }, { metric: METRICS.fallbacks.name }],
    },
  });
  return rollout.id;
}

/** Traffic is split by one at a time, and shadowed by one: whoever does so now has had its time. Answers their names. */
export async function endOthers(graph: Graph): Promise<string> {
  const reason = 'A rollout takes its place.';
  const { experiments } = await graph.field(ExperimentsOfDeployment, { id: DEPLOYMENT, status: 'RUNNING' });
  const { edges } = await graph.field(ShadowsOfDeployment, { id: DEPLOYMENT });
  const running = experiments?.edges.map(({ node }) => node) ?? [];
  const shadows = edges.map(({ node }) => node).filter(({ status }) => status === 'RUNNING');
  for (const { id } of running) await graph.field(StopExperiment, { input: { experiment: id, reason } });
  for (const { id } of shadows) await graph.field(StopShadow, { input: { shadow: id, reason } });
  return [...running, ...shadows].map(({ name }) => name).join(', ');
}

async function shadow(graph: Graph, candidate: Candidate, release: string): Promise<void> {
  const { shadow: made } = await graph.field(CreateShadow, {
    input: {
      deployment: DEPLOYMENT,
      name: shadowName(candidate),
      hypothesis: 'It scores the same flights better.',
      candidate: release,
      share: 1,
      unit: 'flight',
    },
  });
  await graph.field(StartShadow, { input: { shadow: made.id } });
}
