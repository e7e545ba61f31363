import { totalmem } from 'node:os';
import type { PlatformMemory } from '../../node/platform.ts';

/** What this process holds in memory, of what its container may use, or of the machine where it is in none. */
export function processMemory(): PlatformMemory {
  const total = totalmem();
  // Not there on every runtime that runs this program; without a limit it is 0, or beyond what the machine has.
  const constrained = process.constrainedMemory?.() ?? 0;
  return { usedBytes: process.memoryUsage.rss(), limitBytes: constrained > 0 ? Math.min(total, constrained) : total };
}
