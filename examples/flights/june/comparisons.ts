import type { Graph } from '../../../client/graph.ts';
import { DEPLOYMENT } from '../names.ts';
import {
  CreateShadow,
  ExperimentsOfDeployment,
  ShadowsOfDeployment,
  StartShadow,
  StopExperiment,
  type ShadowFactsFragment,
} from '../operations.ts';
import { runExperiment } from '../setup/experiment.ts';
import { liveAnd } from '../setup/release.ts';
import type { Steps } from '../../shared/setup/steps.ts';

export const EXPERIMENT = 'champion-or-challenger';
export const SHADOW = 'challenger-in-the-shadow';

/** Of all flights; the champion, by arm or by default, answers the others and has its pairs there. */
const ARM_SHARE = 0.2;

const HYPOTHESIS = `Trained on March to May, the challenger scores flights of June better than the champion, which knows January alone.
An arm shows that it serves; the Brier gain is too small for any split of traffic, so the pairs of the shadow decide.`;

/** Champion and challenger as arms of an experiment and, beside all answers of the champion, the challenger as a shadow. */
export async function startComparisons(graph: Graph, steps: Steps): Promise<void> {
  const { live, other } = await liveAnd(graph, 'challenger');
  await steps.take('experiment', async () => {
    const before = await endOthers(graph);
    const status = await runExperiment(graph, {
      name: EXPERIMENT,
      hypothesis: HYPOTHESIS,
      controlRelease: live,
      controlShare: ARM_SHARE,
      candidateRelease: other,
      candidateShare: ARM_SHARE,
    });
    if (status !== 'RUNNING') throw new Error(`the experiment ${EXPERIMENT} is ${status}: it never runs again`);
    return [undefined, `${EXPERIMENT} is ${status}${before === '' ? '' : `; ${before} made room`}`];
  });
  await steps.take('shadow', async () => [undefined, `${SHADOW} is ${await runShadow(graph, other)}`]);
}

/** Only one experiment holds the traffic: the one of the set-up has had its time. Answers its name. */
async function endOthers(graph: Graph): Promise<string> {
  const { experiments } = await graph.field(ExperimentsOfDeployment, { id: DEPLOYMENT, status: 'RUNNING' });
  const others = experiments?.edges.map(({ node }) => node).filter(({ name }) => name !== EXPERIMENT) ?? [];
  for (const { id } of others) {
    const reason = 'The challenger is compared with the champion in its place.';
    await graph.field(StopExperiment, { input: { experiment: id, reason } });
  }
  return others.map(({ name }) => name).join(', ');
}

async function runShadow(graph: Graph, candidate: string): Promise<string> {
  const { edges } = await graph.field(ShadowsOfDeployment, { id: DEPLOYMENT });
  const found = edges.map(({ node }) => node).find(({ name }) => name === SHADOW);
  if (found && found.status !== 'DRAFT') return found.status;
  const shadow = found ?? (await createShadow(graph, candidate));
  await graph.field(StartShadow, { input: { shadow: shadow.id } });
  return 'RUNNING';
}

async function createShadow(graph: Graph, candidate: string): Promise<ShadowFactsFragment> {
  const input = {
    deployment: DEPLOYMENT,
    name: SHADOW,
    hypothesis: HYPOTHESIS,
    candidate,
    share: 1,
    unit: 'flight',
  };
  const { shadow } = await graph.field(CreateShadow, { input });
  return shadow;
}
