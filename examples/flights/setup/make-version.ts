import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { loadSample } from '../data/feature-matrix.ts';
import type { DataFiles } from '../data/prepare.ts';
import type { SampleRule } from '../sampling.ts';
import { trainFlightModel, type FlightModelPlan } from '../train/flight-model.ts';
import type { Matrix } from '../../shared/train/matrix.ts';
import { approve, findVersion, registerVersion, type People } from '../../shared/setup/model-version.ts';
import type { Steps } from '../../shared/setup/steps.ts';
import { makeTrainingSet, spineOfFile, type SetKnownAt } from '../../shared/setup/training-set.ts';
import { APPROVAL_REASON, flightVersion, versionNameOf } from './flight-version.ts';
import { loadTrainingSet, writeSpine } from './training-set.ts';

interface Tools {
  readonly people: People;
  readonly duck: DuckDBConnection;
  readonly files: DataFiles;
  readonly folder: string;
  readonly service: string;
  readonly steps: Steps;
}

/** Rows to learn from, and the training set of the product that they come from. */
interface Rows {
  readonly trainingSet: string;
  readonly matrix: Matrix;
}

/** What versions are made with; models that learn from the same flights share one training set. */
export interface Workshop extends Tools {
  readonly rows: Map<SampleRule, Rows>;
}

export const workshopOf = (tools: Tools): Workshop => ({ ...tools, rows: new Map() });

/** A version of a model, from its flights to its approval by another person; what is there already stays. */
export async function makeVersion(workshop: Workshop, plan: FlightModelPlan, knownAt: SetKnownAt): Promise<string> {
  const { people, duck, files, service, steps } = workshop;
  const found = await findVersion(people.maker, versionNameOf(plan));
  if (found) {
    await approve(people, found, APPROVAL_REASON);
    return found.id;
  }
  const { trainingSet, matrix } = await rowsOf(workshop, plan, knownAt);
  const model = await steps.take(`train ${plan.name}`, async () => {
    const evaluate = await loadSample(duck, files, plan.evaluatedOn);
    const trained = trainFlightModel(plan, { train: matrix, evaluate }, SILENT);
    return [trained, `AUC ${trained.quality.auc.toFixed(3)}, Brier ${trained.quality.brier.toFixed(4)}`];
  });
  return steps.take(`register ${plan.name}`, async () => {
    const version = await registerVersion(people.maker, flightVersion(model, { trainingSet, service }));
    await approve(people, version, APPROVAL_REASON);
    return [version.id, `${version.id}, approved by another person`];
  });
}

async function rowsOf(workshop: Workshop, { name, trainedOn }: FlightModelPlan, knownAt: SetKnownAt): Promise<Rows> {
  const known = workshop.rows.get(trainedOn);
  if (known) return known;
  const { people, duck, files, folder, service, steps } = workshop;
  const rows = await steps.take('training set', async () => {
    const spine = join(folder, 'spines', `${name}.parquet`);
    await writeSpine(duck, files, trainedOn, spine);
    const set = await makeTrainingSet(people.maker, service, spineOfFile(spine, 'departure'), knownAt);
    const matrix = await loadTrainingSet(duck, people.maker, set, join(folder, 'training-sets', `${name}.parquet`));
    return [{ trainingSet: set.id, matrix }, `${set.rowCount} rows, ${set.id}`];
  });
  workshop.rows.set(trainedOn, rows);
  return rows;
}

/** A step says once what it did. */
const SILENT = { write: () => {} };
