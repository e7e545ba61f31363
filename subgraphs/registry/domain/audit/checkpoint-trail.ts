import type { Checkpoint } from '../../../../schema/checkpoint.ts';

/** One line of a project's file of checkpoints, as far as it can be read. */
export interface CheckpointLine {
  readonly line: number;
  /** Undefined where the line is no checkpoint: a torn write, or damage. */
  readonly checkpoint?: Checkpoint;
  /** SHA-256 of the checkpoint's text. */
  readonly digest: string;
  /** Whether a trusted key signed it. */
  readonly signed: boolean;
  readonly keyIds: readonly string[];
  /** As it stands in the file. */
  readonly text: string;
}

export interface TrailVerdict {
  readonly ok: boolean;
  readonly count: number;
  readonly newestAt: Date | null;
  /** The line of the file that is wrong. */
  readonly firstBadLine: number | null;
  readonly why: string | null;
}

/**
 * Judges the file itself: each checkpoint is signed by a trusted key and names the one before it. A line that never was
 * whole does no harm: its writer did not count it. One that was damaged later is missed by the next.
 */
export function judgeTrail(lines: readonly CheckpointLine[]): TrailVerdict {
  let previous: (CheckpointLine & { readonly checkpoint: Checkpoint }) | undefined;
  let count = 0;
  const verdict = (bad?: { line: number; why: string }): TrailVerdict => ({
    ok: bad === undefined,
    count,
    newestAt: previous ? new Date(previous.checkpoint.at) : null,
    firstBadLine: bad?.line ?? null,
    why: bad?.why ?? null,
  });
  for (const { checkpoint, ...held } of lines) {
    if (!checkpoint) continue;
    const { line } = held;
    if (!held.signed) return verdict({ line, why: 'no trusted key signed this checkpoint as it stands' });
    if (checkpoint.number !== (previous?.checkpoint.number ?? 0) + 1) {
      return verdict({ line, why: `checkpoint ${(previous?.checkpoint.number ?? 0) + 1} is missing before this line` });
    }
    if (checkpoint.previous !== (previous?.digest ?? null)) {
      return verdict({ line, why: 'the checkpoint before this line is not the one that it names' });
    }
    previous = { ...held, checkpoint };
    count++;
  }
  return verdict();
}
