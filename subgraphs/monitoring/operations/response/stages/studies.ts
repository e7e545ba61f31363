import { parse, type DocumentNode } from 'graphql';
import type { ShadowPlan } from '../../../domain/response/action.ts';
import type { ResponseRun } from '../../../domain/response/run.ts';
import type { MonitoringDeps } from '../../deps.ts';
import { mutation } from '../peers.ts';
import { isOver, later, LOOK_MS, nameOf, next, stop, type RunStage } from './stage.ts';

const idOf = (noun: 'shadow' | 'rollout', run: ResponseRun): string => `tiffin:${run.project}:${noun}:${nameOf(run)}`;

const shadowPlanOf = ({ id, definition: { action } }: ResponseRun): ShadowPlan => {
  const plan = 'shadow' in action ? action.shadow : null;
  if (!plan) throw new Error(`the run ${id} has no plan of a shadow`);
  return plan;
};

const SHADOW = parse(`query ($id: ID!) { shadow(id: $id) { status leaseLostAt
  result { labelled recommendation reason brier { alwaysValidP } } } }`);
const ROLLOUT = parse(`query ($id: ID!) { rollout(id: $id) { status step leaseLostAt
  verdicts(first: 1) { edges { node { verdict reasons } } } } }`);
const CREATE = {
  shadow: mutation('createShadow', 'shadow { id }'),
  rollout: mutation('createRollout', 'rollout { id }'),
};
const START: Readonly<Record<'shadow' | 'rollout', DocumentNode>> = {
  shadow: parse('mutation ($input: ShadowInput!) { startShadow(input: $input) { shadow { id } } }'),
  rollout: parse('mutation ($input: RolloutInput!) { startRollout(input: $input) { rollout { id } } }'),
};
const STOP_SHADOW = mutation('stopShadow', 'shadow { id }');

interface Shadow {
  readonly status: string;
  readonly leaseLostAt: string | null;
  readonly result: {
    readonly labelled: number;
    readonly recommendation: string;
    readonly reason: string;
    readonly brier: { readonly alwaysValidP: number | null };
  } | null;
}

interface Rollout {
  readonly status: string;
  readonly step: number;
  readonly leaseLostAt: string | null;
  readonly verdicts: { readonly edges: readonly { readonly node: { readonly reasons: readonly string[] } }[] };
}

/** Makes a study and starts it; what was made or started before stays. Its name is that of the run. */
async function start(
  { response: { experiment } }: MonitoringDeps,
  run: ResponseRun,
  noun: 'shadow' | 'rollout',
  input: object,
): Promise<string> {
  const id = idOf(noun, run);
  const read = (): Promise<{ readonly status: string } | null> =>
    experiment(run, noun, noun === 'shadow' ? SHADOW : ROLLOUT, { id });
  const found = await read();
  if (found === null) {
    const create = noun === 'shadow' ? 'createShadow' : 'createRollout';
    const common = {
      name: nameOf(run),
      description: `Response policy ${run.policy}, run ${run.id}.`,
      deployment: run.definition.deployment,
      candidate: run.release,
    };
    await experiment(run, create, CREATE[noun], { input: { ...common, ...input } });
  }
  if (found === null || found.status === 'DRAFT') {
    await experiment(run, noun === 'shadow' ? 'startShadow' : 'startRollout', START[noun], { input: { [noun]: id } });
  }
  return id;
}

export const startShadow: RunStage = async (deps, run) => {
  const { unit, share, leastPairs } = shadowPlanOf(run);
  const shadow = await start(deps, run, 'shadow', { unit, share });
  return next(
    `${shadow} scores ${share === 1 ? 'all' : `${share * 100} % of the`} answers as well, until ${leastPairs} pairs`,
    { shadow },
  );
};

const PASSES: Readonly<Record<ShadowPlan['needs'], readonly string[]>> = {
  BETTER: ['CANDIDATE_BETTER'],
  NOT_WORSE: ['CANDIDATE_BETTER', 'NO_DIFFERENCE_SHOWN', 'NEEDS_MORE'],
};
const FAILS: readonly string[] = ['PRIMARY_BETTER', 'CANDIDATE_FAILS', 'NOT_CALLED'];

/** Judges the pairs once there are enough of them, and ends the shadow. */
export const compare: RunStage = async (deps, run) => {
  const { experiment } = deps.response;
  const { needs, leastPairs, mostHours } = shadowPlanOf(run);
  const id = run.shadow ?? '';
  const found = await experiment<Shadow | null>(run, 'shadow', SHADOW, { id });
  if (!found) return stop(`there is no ${id}`);
  const { result, status } = found;
  const over = isOver(run, mostHours, deps.now()) || status !== 'RUNNING' || found.leaseLostAt !== null;
  const pairs = result?.labelled ?? 0;
  const enough = pairs >= leastPairs;
  const recommendation = result?.recommendation ?? 'NEEDS_MORE';
  // What is shown to be worse is worse at any look; what is not must have had its pairs.
  const isWorse = recommendation === 'PRIMARY_BETTER' || recommendation === 'CANDIDATE_FAILS';
  const passes = enough && PASSES[needs].includes(recommendation);
  if (!passes && !isWorse && !over && !(enough && FAILS.includes(recommendation))) return later(LOOK_MS);
  const reason = `run ${run.id}: ${recommendation}`;
  if (status === 'RUNNING') await experiment(run, 'stopShadow', STOP_SHADOW, { input: { shadow: id, reason } });
  const p = result?.brier.alwaysValidP;
  const text = `${pairs} pairs: ${recommendation}${typeof p === 'number' ? ` (p ${p.toPrecision(2)})` : ''}; ${result?.reason ?? ''}`;
  return passes
    ? next(text)
    : stop(`the shadow lets it go no further, which takes ${needs} of ${leastPairs} pairs: ${text}`);
};

export const startRollout: RunStage = async (deps, run) => {
  const { action } = run.definition;
  const plan = 'rollout' in action ? action.rollout : null;
  if (!plan) throw new Error(`the run ${run.id} has no plan of a rollout`);
  const { unit, steps, alpha, onExpiry, guardrails } = plan;
  const project = run.project;
  const named = guardrails.map(({ metric, ...rest }) => ({ metric: `tiffin:${project}:metric:${metric}`, ...rest }));
  const rollout = await start(deps, run, 'rollout', { unit, steps, alpha, onExpiry, guardrails: named });
  return next(`${rollout} goes ${steps.map(({ weight }) => `${weight * 100} %`).join(', ')}`, { rollout });
};

/** Until the rollout's own verdicts have promoted the release, or rolled it back. */
export const promote: RunStage = async (deps, run) => {
  const id = run.rollout ?? '';
  const found = await deps.response.experiment<Rollout | null>(run, 'rollout', ROLLOUT, { id });
  if (!found) return stop(`there is no ${id}`);
  const { status, step, leaseLostAt, verdicts } = found;
  const why = verdicts.edges[0]?.node.reasons.join('; ') ?? '';
  if (status === 'COMPLETED') return next(`${run.release ?? ''} answers by default: ${why}`);
  if (status === 'ROLLED_BACK') return stop(`${id} was rolled back in step ${step}: ${why}`);
  if (leaseLostAt !== null) return stop(`${id} lost the traffic at ${leaseLostAt}`);
  return later(LOOK_MS);
};
