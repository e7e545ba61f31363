import type { OwnKey } from '../control-plane/node-identity.ts';
import type { Task } from '../time/task.ts';
import type { NodeLog } from './node-log.ts';

const LOOK_EVERY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** Enrols the node's key where that was not done, and rotates it when it is due. */
export function keepEnrolled(
  identity: OwnKey,
  { log, onEnrolled }: { readonly log: NodeLog; readonly onEnrolled: () => void },
): Task {
  let logged: string | null = null;
  const run = async (): Promise<boolean> => {
    const done = await identity.settle();
    if (done.kind === 'FAILED') {
      // Once for each reason: it goes on until somebody issues another token.
      if (done.reason !== logged)
        log.error({ reason: done.reason }, 'the key of this node cannot be enrolled or rotated');
      logged = done.reason;
      return false;
    }
    logged = null;
    if (done.kind === 'UNCHANGED') return true;
    log.info(
      { number: done.number },
      done.kind === 'ENROLLED' ? 'this node is enrolled' : 'the key of this node is another',
    );
    onEnrolled();
    return true;
  };
  return { name: 'enrol', everyMs: LOOK_EVERY_MS, longestMs: LONGEST_RETRY_MS, run };
}
