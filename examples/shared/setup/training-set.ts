import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Client } from '../../../client/client.ts';
import { until } from '../../../client/wait.ts';
import { CreateTrainingSet, OneBuild, type BuildFragment, type CreateTrainingSetInput } from '../operations.ts';

export type SetKnownAt = NonNullable<CreateTrainingSetInput['knownAt']>;

export type TrainingSet = NonNullable<BuildFragment['trainingSet']>;
type Spine = CreateTrainingSetInput['spine'];

/** Has the product join the service's features to a spine. The same request gives the same set. */
export async function makeTrainingSet(
  { graph }: Client,
  service: string,
  spine: Spine,
  knownAt: SetKnownAt,
): Promise<TrainingSet> {
  const input = { service, knownAt, spine, waitMs: 2_000 };
  const { build } = await graph.field(CreateTrainingSet, { input }, { repeatable: true });
  const look = async (): Promise<TrainingSet | undefined> => {
    const now = build.state === 'RUNNING' ? await graph.field(OneBuild, { id: build.id }) : build;
    if (now.state === 'FAILED') throw new Error(`createTrainingSet: ${now.error ?? 'it failed'}`);
    return now.trainingSet ?? undefined;
  };
  return until(look, 'the training set was not made within ten minutes', { atMostMs: 600_000 });
}

export const spineOfFile = (path: string, timestampColumn: string): Spine => ({
  path: resolve(path),
  timestampColumn,
});

/** The product's file of a training set, kept at `path`. */
export const downloadSet = async ({ blobs }: Client, { downloadPath }: TrainingSet, path: string): Promise<void> =>
  writeFile(path, await blobs.download(downloadPath));
