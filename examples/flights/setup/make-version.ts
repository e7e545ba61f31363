import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Connection } from '../client/connection.ts';
import type { Graph } from '../client/graph.ts';
import { loadSample } from '../data/feature-matrix.ts';
import type { DataFiles } from '../data/prepare.ts';
import { trainFlightModel, type FlightModelPlan } from '../train/flight-model.ts';
import { approve, findVersion, registerVersion } from './model-version.ts';
import type { Steps } from './steps.ts';
import { loadTrainingSet, makeTrainingSet, spineOfFile, writeSpine, type SetKnownAt } from './training-set.ts';

/** What the parts of the set-up work with. */
export interface Workshop {
  readonly connection: Connection;
  readonly graph: Graph;
  readonly duck: DuckDBConnection;
  readonly files: DataFiles;
  readonly folder: string;
  readonly service: string;
  readonly steps: Steps;
}

/** A version of a model, from its flights to its approval by another person; what is there already stays. */
export async function makeVersion(workshop: Workshop, plan: FlightModelPlan, knownAt: SetKnownAt): Promise<string> {
  const { connection, graph, steps, service } = workshop;
  const found = await findVersion(graph, plan);
  if (found?.state === 'APPROVED') return found.id;
  if (found) {
    await approve(graph, found);
    return found.id;
  }
  const set = await steps.take(`training set of ${plan.name}`, async () => {
    const spine = join(workshop.folder, 'spines', `${plan.name}.parquet`);
    await writeSpine(workshop.duck, workshop.files, plan.trainedOn, spine);
    const made = await makeTrainingSet(graph, service, spineOfFile(spine), knownAt);
    return [made, `${made.rowCount} rows, ${made.id}`];
  });
  const model = await steps.take(`train ${plan.name}`, async () => {
    const file = join(workshop.folder, 'training-sets', `${plan.name}.parquet`);
    const train = await loadTrainingSet(workshop.duck, connection, set, file);
    const evaluate = await loadSample(workshop.duck, workshop.files, plan.evaluatedOn);
    const trained = trainFlightModel(plan, { train, evaluate }, SILENT);
    return [trained, `AUC ${trained.quality.auc.toFixed(3)}, Brier ${trained.quality.brier.toFixed(4)}`];
  });
  return steps.take(`register ${plan.name}`, async () => {
    const version = await registerVersion(connection, graph, model, { trainingSet: set.id, service });
    await approve(graph, version);
    return [version.id, `${version.id}, approved by another person`];
  });
}

/** A step says once what it did. */
const SILENT = { write: () => {} };
