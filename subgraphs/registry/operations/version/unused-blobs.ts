import { droppedBefore, forgetDropped, namedAnywhere } from '../../storage/tracking/dropped-blob.ts';
import type { RegistryDeps } from '../deps.ts';

/** A week in which a mistake can still be mended. */
const KEPT_MS = 7 * 24 * 3_600_000;
const AT_ONCE = 100;

/**
 * Removes blobs that runs let go of and that nothing else names. Only what was dropped is looked at: a version, a release or
 * an evaluation never lets go of a blob, so what was ever live is never a candidate, and what it names is kept besides.
 */
export class UnusedBlobs {
  readonly #deps: Pick<RegistryDeps, 'db' | 'blobs' | 'now'>;

  constructor(deps: Pick<RegistryDeps, 'db' | 'blobs' | 'now'>) {
    this.#deps = deps;
  }

  /** Answers how many are gone. */
  async remove(): Promise<number> {
    const { db, blobs, now } = this.#deps;
    const before = new Date(now().getTime() - KEPT_MS);
    for (let removed = 0; ;) {
      const dropped = await droppedBefore(db, before, AT_ONCE);
      if (dropped.length === 0) return removed;
      const named = await namedAnywhere(
        db,
        dropped.map(({ sha256 }) => sha256),
      );
      for (const one of dropped) {
        // What was written since it was dropped may be somebody's whose record is on its way.
        const isGone = !named.has(one.sha256) && (await blobs.remove(one.sha256, { before: new Date(one.droppedMs) }));
        if (isGone) removed += 1;
        await forgetDropped(db, one);
      }
    }
  }
}
