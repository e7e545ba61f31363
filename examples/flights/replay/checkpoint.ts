import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** Grows when the file changes its meaning: an older one is refused. */
const FORMAT = 1;

/** An answered flight whose outcome is not told yet. */
const OpenOutcome = z.strictObject({
  predictionId: z.uuid(),
  knownMs: z.int(),
  late: z.boolean(),
});
export type OpenOutcome = z.infer<typeof OpenOutcome>;

const Checkpoint = z.strictObject({
  format: z.literal(FORMAT),
  /** When the deployment was made that this replay asks: another install has another one. */
  deploymentCreatedAt: z.string(),
  fromMs: z.int(),
  share: z.number(),
  /** Everything before this hour is done. */
  nextMs: z.int(),
  answered: z.int(),
  outcomes: z.int(),
  published: z.int(),
  /** Flights that were answered while the feature server was away, on defaults. */
  withoutFeatures: z.array(z.int()),
  open: z.array(OpenOutcome),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

export const checkpointFile = (dataFolder: string): string => join(dataFolder, 'replay.json');

export const newCheckpoint = (begin: Pick<Checkpoint, 'deploymentCreatedAt' | 'fromMs' | 'share'>): Checkpoint => ({
  format: FORMAT,
  ...begin,
  nextMs: begin.fromMs,
  answered: 0,
  outcomes: 0,
  published: 0,
  withoutFeatures: [],
  open: [],
});

/** Where the last replay stands; undefined where there was none. */
export async function readCheckpoint(dataFolder: string): Promise<Checkpoint | undefined> {
  const path = checkpointFile(dataFolder);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = Checkpoint.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is no checkpoint of this version: remove it, and begin with --from a later day`);
}

/** Whole or not at all, whenever the process ends: beside its place, synced, renamed. */
export async function writeCheckpoint(dataFolder: string, checkpoint: Checkpoint): Promise<void> {
  const path = checkpointFile(dataFolder);
  await mkdir(dataFolder, { recursive: true });
  const file = await open(`${path}.partial`, 'w');
  try {
    await file.writeFile(JSON.stringify(checkpoint));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.partial`, path);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
