import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withDuck } from '../../shared/duck.ts';
import { approve, findVersion, registerVersion, type People } from '../../shared/setup/model-version.ts';
import type { Steps } from '../../shared/setup/steps.ts';
import { downloadSet, makeTrainingSet, spineOfFile } from '../../shared/setup/training-set.ts';
import { HONEST_SHARE, type HistoryFiles } from '../data/history.ts';
import { columnsOf, readTrainingRows, type TrainingRows } from '../data/training-rows.ts';
import { COLUMNS, type ModelKind } from '../decision/fields.ts';
import { trainFraudModel } from '../train/fraud-model.ts';
import { APPROVAL_REASON, fraudVersion, versionNameOf } from './fraud-version.ts';

export interface Workshop {
  readonly people: People;
  readonly steps: Steps;
  readonly files: HistoryFiles;
  readonly folder: string;
  readonly service: string;
}

type SetName = 'training set' | 'evaluation set';

/** Where the product's file of a set is kept, in the data folder of the example. */
export const trainingSetFile = (name: SetName): string => join('training-sets', `${name.replace(' ', '-')}.parquet`);

const KINDS = Object.keys(COLUMNS) as ModelKind[];

/** A version of each model, approved by another person; what is there already stays. */
export async function makeVersions(workshop: Workshop): Promise<Readonly<Record<ModelKind, string>>> {
  const { people } = workshop;
  const found = new Map<ModelKind, string>();
  for (const kind of KINDS) {
    const version = await findVersion(people.maker, versionNameOf(kind));
    if (!version) continue;
    await approve(people, version, APPROVAL_REASON);
    found.set(kind, version.id);
  }
  if (KINDS.some((kind) => !found.has(kind))) await makeMissing(workshop, found);
  return Object.fromEntries(found) as Record<ModelKind, string>;
}

async function makeMissing(workshop: Workshop, found: Map<ModelKind, string>): Promise<void> {
  const { people, steps, files, service } = workshop;
  const train = await rowsOf(workshop, 'training set', files.train);
  const evaluate = await rowsOf(workshop, 'evaluation set', files.evaluate);
  for (const kind of KINDS.filter((each) => !found.has(each))) {
    const id = await steps.take(`fraud-${kind}`, async () => {
      const model = trainFraudModel(kind, columnsOf(train.rows, kind), HONEST_SHARE);
      const { version: made, quality } = fraudVersion(model, evaluate.rows, { trainingSet: train.set, service });
      const version = await registerVersion(people.maker, made);
      await approve(people, version, APPROVAL_REASON);
      return [version.id, `AUC ${quality.auc.toFixed(3)}, registered and approved by another person`];
    });
    found.set(kind, id);
  }
}

/** Has the product join the windows as they were known, and reads what it made. */
const rowsOf = (
  { people, steps, folder, service }: Workshop,
  name: SetName,
  spine: string,
): Promise<{ readonly set: string; readonly rows: TrainingRows }> =>
  steps.take(name, async () => {
    const set = await makeTrainingSet(people.maker, service, spineOfFile(spine, 'asked_at'), 'KNOWN');
    const path = join(folder, trainingSetFile(name));
    await mkdir(dirname(path), { recursive: true });
    await downloadSet(people.maker, set, path);
    const rows = await withDuck((duck) => readTrainingRows(duck, path));
    return [{ set: set.id, rows }, `${set.rowCount} rows, ${set.id}`];
  });
