import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import * as z from 'zod';
import { StoredKeys } from '../../../schema/stored-key.ts';
import { writeFileAtomically } from '../atomic-file.ts';
import { serviceActor, type Peer } from '../peer.ts';
import type { KeyRing } from './key-ring.ts';

export interface FollowOptions {
  readonly registry: Peer;
  readonly keys: KeyRing;
  /** Where they are kept for the next start, which may be without the registry. */
  readonly file: string;
  readonly log: Logger;
}

const KeysKnown = z.object({ digest: z.string(), keys: StoredKeys });

const WAIT_MS = 20_000;
/** Longer than the registry waits. */
const PATIENCE_MS = WAIT_MS + 10_000;
const RETRY_MS = 1_000;

/**
 * Lets the keys of enrolled nodes into this process, and out again: it is told of a change at once. While the registry is away
 * those that were known stay.
 */
export async function followNodeKeys({ registry, keys, file, log }: FollowOptions): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  const actor = serviceActor(registry.name, ['events:read']);
  let digest = '';
  try {
    keys.setEnrolled(KeysKnown.parse(JSON.parse(await readFile(file, 'utf8'))).keys);
  } catch {
    // None were kept yet.
  }
  let isAway = false;
  const ask = async (): Promise<void> => {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const answer = await registry.get(`/internal/node-keys?known=${digest}&wait=${WAIT_MS}`, actor, signal);
    if (!answer.ok) throw new Error(`the registry answered ${answer.status}`);
    const known = KeysKnown.parse(await answer.json());
    if (isAway) log.info('the keys of nodes are known again');
    isAway = false;
    if (known.digest === digest) return;
    keys.setEnrolled(known.keys);
    await writeFileAtomically(file, JSON.stringify(known), 0o600);
    digest = known.digest;
  };
  const follow = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await ask();
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (!isAway) log.info({ err: error }, 'the keys of nodes cannot be asked for: those that were known stay');
        isAway = true;
        await wait(RETRY_MS, stopping.signal);
      }
    }
  };
  const following = follow();
  return {
    stop: async () => {
      stopping.abort();
      await following;
    },
  };
}

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
