import { setImmediate } from 'node:timers/promises';
import { chooseSeed } from '../../domain/experiment/choose-seed.ts';
import { MOST_KNOWN, type Balanced } from '../../domain/experiment/balance.ts';
import { armNames, EXPERIMENT, type Experiment } from '../../domain/experiment/experiment.ts';
import { ROLLOUT } from '../../domain/rollout/rollout.ts';
import { rangesOf } from '../../domain/split.ts';
import { experimentKind } from '../../storage/experiment/experiment.ts';
import { knownUnits } from '../../storage/experiment/known-units.ts';
import { rolloutKind } from '../../storage/rollout/rollout.ts';
import { findMatching } from '../../storage/study.ts';
import type { StudiesDeps } from '../studies.ts';

const DAY_MS = 86_400_000;

/** The seed under which arms are alike; null where nobody asked for one. Throws FAILED_PRECONDITION where there is none. */
export async function balancedSeed(
  { db, now }: Pick<StudiesDeps, 'db' | 'now'>,
  experiment: Experiment,
): Promise<Balanced | null> {
  const { balance, project, deployment, unit, seed: from, hashVersion, namespace: slice, split } = experiment;
  if (!balance) return null;
  const { event, segment, days } = balance;
  const to = now();
  const since = new Date(to.getTime() - days * DAY_MS);
  const holders = segment === null ? [] : await studiesBefore(db, { project, deployment, unit });
  const of = { project, unit, event, segment, holders, from: since, to };
  const { known, sampled } = await knownUnits(db.pool, of, MOST_KNOWN);
  const namespace = slice && { id: slice.name, from: slice.from, to: slice.to };
  const arms = rangesOf(armNames(experiment), split);
  return chooseSeed({ balance, from, unit, hashVersion, namespace, arms, known, sampled }, setImmediate);
}

/** The ids of studies of the same units on the deployment. */
async function studiesBefore(
  db: StudiesDeps['db'],
  { project, ...of }: Pick<Experiment, 'project' | 'deployment' | 'unit'>,
): Promise<readonly string[]> {
  const em = db.em();
  const experiments = await findMatching(em, experimentKind, project, of);
  const rollouts = await findMatching(em, rolloutKind, project, of);
  return [
    ...experiments.map((experiment) => EXPERIMENT.ids.format(experiment)),
    ...rollouts.map((rollout) => ROLLOUT.ids.format(rollout)),
  ];
}
