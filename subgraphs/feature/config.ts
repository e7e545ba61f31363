import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { Environment } from '../../core/environment.ts';
import { redisUrls as redisUrlsOf } from '../../core/store-urls.ts';
import { readKafka, type KafkaConfig } from './jobs/kafka-config.ts';

export interface FeatureConfig {
  /** Sources are read from below these folders only; relative paths start at the first. */
  readonly sourceFolders: readonly string[];
  /** Where the online store lies; undefined: in this process’s memory. */
  readonly redisUrls: readonly string[] | undefined;
  readonly kafka: KafkaConfig;
  /** The folder of the log’s files, spines and training sets, which all replicas share; undefined: the data folder. */
  readonly filesFolder: string | undefined;
  /** How many processes serve this subgraph. */
  readonly replicas: number;
  readonly duckdbThreads: number;
  readonly duckdbMemoryMb: number;
  /** For how many days events are kept that are superseded and made no edge of lineage; 0: for ever. */
  readonly outboxDays: number;
}

/** Not the working folder itself: what else lies there is nobody’s to read. */
export const DEFAULT_SOURCE_FOLDER = 'data';

/** What would differ between replicas if each kept its own. */
const SHARED = [
  ['REDIS_URL', 'the Redis of the online store'],
  ['TIFFIN_FEATURE_DIR', 'the folder of the log’s files and training sets'],
] as const;

/** Reads the settings. Throws INVALID_INPUT that lists everything that is wrong with them. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): FeatureConfig {
  const env = new Environment(variables);
  const redisUrls = redisUrlsOf(env, 'REDIS_URL', { sentinels: true });
  const filesFolder = env.text('TIFFIN_FEATURE_DIR');
  const replicas = env.integer('TIFFIN_REPLICAS', 1, 1, 1_000);
  for (const [name, what] of replicas > 1 ? SHARED : []) {
    if (env.text(name) !== undefined) continue;
    env.wrong(name, `with ${replicas} replicas (TIFFIN_REPLICAS) it names ${what} that all of them share`);
  }
  const folders = (env.text('TIFFIN_SOURCE_DIRS') ?? DEFAULT_SOURCE_FOLDER).split(':').filter(Boolean);
  const config: FeatureConfig = Object.freeze({
    sourceFolders: folders.map((folder) => resolve(folder)),
    redisUrls,
    kafka: readKafka(env),
    filesFolder: filesFolder === undefined ? undefined : resolve(filesFolder),
    replicas,
    duckdbThreads: env.integer('TIFFIN_DUCKDB_THREADS', Math.max(1, Math.min(4, cpus().length)), 1, 256),
    duckdbMemoryMb: env.integer('TIFFIN_DUCKDB_MEMORY_MB', 1_024, 64, 1_048_576),
    outboxDays: env.integer('TIFFIN_OUTBOX_DAYS', 90, 0, 36_600),
  });
  env.throwProblems();
  return config;
}
