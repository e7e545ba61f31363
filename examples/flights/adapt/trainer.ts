import { join } from 'node:path';
import { DAY_MS } from '../replay/days.ts';
import { withDuck } from '../../shared/duck.ts';
import { loadHistory } from '../../shared/setup/history.ts';
import { registerVersion, type People } from '../../shared/setup/model-version.ts';
import type { Steps } from '../../shared/setup/steps.ts';
import { makeTrainingSet, spineOfFile } from '../../shared/setup/training-set.ts';
import { loadSample } from '../data/feature-matrix.ts';
import { dataFiles } from '../data/prepare.ts';
import { SAMPLES } from '../sampling.ts';
import { BASELINE } from '../setup/alert-rules.ts';
import { define } from '../setup/definitions.ts';
import { flightVersion } from '../setup/flight-version.ts';
import { loadTrainingSet, writeSpine } from '../setup/training-set.ts';
import { trainFlightModel, type FlightModelPlan } from '../train/flight-model.ts';
import { TRAINER } from './plan.ts';

/** What a run asks its trainer for. */
export interface Retraining {
  readonly tag: string;
  readonly from: string;
  readonly to: string;
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Learns from the days that a run names, all but the last, on which it is evaluated; registers with the run's tag. */
export async function retrain(
  people: People,
  folder: string,
  { tag, from, to }: Retraining,
  steps: Steps,
): Promise<string> {
  const { graph } = people.maker;
  const files = dataFiles(folder);
  const last = Date.parse(to) - DAY_MS;
  const plan: FlightModelPlan = {
    name: 'adapted',
    description: `Boosted trees, ${from.slice(0, 10)} to ${dayOf(last)}.`,
    trainedOn: { from: from.slice(0, 10), to: dayOf(last), size: 60_000, seed: 7 },
    evaluatedOn: { from: dayOf(last), to: dayOf(Date.parse(to)), size: 20_000, seed: 8 },
    learner: 'boosted trees',
  };
  const { service } = await steps.take('late shares since January', async () => {
    const defined = await define(graph, files);
    const since = { from: `${SAMPLES.january.to}T00:00:00.000Z`, to, onlineAt: BASELINE.from };
    const rows = await Promise.all(Object.values(defined.views).map((view) => loadHistory(graph, view, since)));
    return [defined, `${rows.reduce((sum, one) => sum + one, 0)} rows loaded`];
  });
  return withDuck(async (duck) => {
    const { set, matrix } = await steps.take('training set', async () => {
      const spine = join(folder, 'spines', `${plan.name}.parquet`);
      await writeSpine(duck, files, plan.trainedOn, spine);
      const made = await makeTrainingSet(people.maker, service, spineOfFile(spine, 'departure'), 'CREATED');
      const rows = await loadTrainingSet(
        duck,
        people.maker,
        made,
        join(folder, 'training-sets', `${plan.name}.parquet`),
      );
      return [{ set: made, matrix: rows }, `${made.rowCount} rows, ${made.id}`];
    });
    const model = await steps.take('train anew', async () => {
      const evaluate = await loadSample(duck, files, plan.evaluatedOn);
      const trained = trainFlightModel(plan, { train: matrix, evaluate }, { write: () => {} });
      return [trained, `AUC ${trained.quality.auc.toFixed(3)}, Brier ${trained.quality.brier.toFixed(4)}`];
    });
    return steps.take('register', async () => {
      const about = flightVersion(model, { trainingSet: set.id, service });
      const { id } = await registerVersion(people.maker, { ...about, tag, codeCommit: TRAINER });
      return [id, `${id}, with the tag of the run`];
    });
  });
}
