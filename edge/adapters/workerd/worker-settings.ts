import * as z from 'zod';
import { Environment } from '../../../core/environment.ts';
import { DomainError } from '../../../core/errors.ts';
import { MachineKeys } from '../../../core/machine-keys.ts';
import { StoredKeys } from '../../../schema/stored-key.ts';
import { validated } from '../../../schema/validated.ts';
import type { OwnKey } from '../../control-plane/node-identity.ts';
import { TrustedKeys } from '../../control-plane/trusted-keys.ts';
import type { Secrets } from '../../node/platform.ts';
import { readNodeSettings, type NodeSettings } from '../../node/settings.ts';
import { Tokenizer } from '../../telemetry/token.ts';
import type { DurableObjectNamespace, KVNamespace, Queue, R2Bucket } from './bindings.ts';

/** The variables, secrets and bindings of a worker; each binding may be missing. */
export interface WorkerEnv {
  /** Keeps records, account and state: the class RecordObject. */
  readonly TIFFIN_RECORDS?: DurableObjectNamespace;
  /** Carries records to monitoring. */
  readonly TIFFIN_QUEUE?: Queue;
  readonly TIFFIN_KV?: KVNamespace;
  readonly TIFFIN_BUCKET?: R2Bucket;
  readonly [variable: string]: unknown;
}

export interface WorkerSettings extends NodeSettings {
  /** The key under which this node talks to the control plane; null: it has one of its own. */
  readonly key: string | null;
  /** The one-time token with which it enrols that; null once it has. */
  readonly enrolToken: string | null;
  /** After so many days the node's own key is rotated; 0: never. */
  readonly keyDays: number;
  readonly queueRecords: number;
  readonly queueBytes: number;
  readonly maxSessions: number;
  /** JSON: keys of those who may ask, and public keys of who may sign. */
  readonly keys: string;
  readonly trustedKeys: string;
  readonly personalKey: string | null;
}

const PERSONAL_KEY_BYTES = 32;

/** Reads what a worker is told. Throws INVALID_INPUT that lists everything that is wrong. */
export function readWorkerSettings(given: WorkerEnv): WorkerSettings {
  const texts = Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const env = new Environment(Object.fromEntries(texts));
  const needed = (name: string, what: string): string => {
    const text = env.text(name);
    if (text === undefined) env.wrong(name, `is not set: ${what}`);
    return text ?? '';
  };
  const settings: WorkerSettings = {
    ...readNodeSettings(env, 'cdn'),
    key: env.text('TIFFIN_EDGE_KEY') ?? null,
    enrolToken: env.text('TIFFIN_EDGE_ENROL_TOKEN') ?? null,
    keyDays: env.integer('TIFFIN_EDGE_KEY_DAYS', 30, 0, 3_650),
    keys: needed('TIFFIN_KEYS', 'the keys of those who may ask, as JSON'),
    trustedKeys: needed('TIFFIN_TRUSTED_KEYS', 'the public keys that may sign manifests, as JSON'),
    personalKey: env.text('TIFFIN_EDGE_PERSONAL_KEY') ?? null,
    queueRecords: env.integer('TIFFIN_EDGE_QUEUE_RECORDS', 100_000, 1, 100_000_000),
    queueBytes: env.integer('TIFFIN_EDGE_QUEUE_BYTES', 256 * 1024 * 1024, 1_000, Number.MAX_SAFE_INTEGER),
    maxSessions: env.integer('TIFFIN_EDGE_MAX_SESSIONS', 4, 1, 10_000),
  };
  if (settings.key === null && given.TIFFIN_RECORDS === undefined) {
    env.wrong(
      'TIFFIN_EDGE_KEY',
      'is not set: the key of this node to the control plane; one that it enrols itself needs the binding TIFFIN_RECORDS, which keeps it',
    );
  }
  env.throwProblems();
  return settings;
}

/** The keys among them. They change with the next deployment of the worker. Throws INVALID_INPUT that names the setting. */
export async function secretsOf(
  { key, keys, trustedKeys, personalKey }: WorkerSettings,
  identity: OwnKey | null,
): Promise<Secrets> {
  return {
    nodeKey: key ?? '',
    identity,
    keys: new MachineKeys(jsonOf('TIFFIN_KEYS', keys, StoredKeys)),
    trusted: await TrustedKeys.import(jsonOf('TIFFIN_TRUSTED_KEYS', trustedKeys, z.record(z.string(), z.string()))),
    tokenizer: tokenizerOf(personalKey),
    keySources: [],
  };
}

function jsonOf<T>(name: string, text: string, schema: z.ZodType<T>): T {
  try {
    return validated(schema, JSON.parse(text));
  } catch (error) {
    const why = error instanceof DomainError ? error.message : 'not JSON';
    throw new DomainError('INVALID_INPUT', `${name}: ${why}`, { field: name });
  }
}

function tokenizerOf(personalKey: string | null): Tokenizer | null {
  if (personalKey === null) return null;
  const secret = new TextEncoder().encode(personalKey);
  if (secret.length >= PERSONAL_KEY_BYTES) return new Tokenizer(secret);
  throw new DomainError('INVALID_INPUT', `TIFFIN_EDGE_PERSONAL_KEY: fewer than ${PERSONAL_KEY_BYTES} bytes`, {
    field: 'TIFFIN_EDGE_PERSONAL_KEY',
  });
}
