import { hash } from '../../core/assignment/hash.ts';

/** What is sampled: each by numbers of its own, so that neither says anything of the other. */
const SEEDS = { RECORD: 'tiffin:log', REASONS: 'tiffin:reasons' } as const;

/** Whether the record of a prediction, or its reasons in it, are kept: by its id alone, so that anybody can say so afterwards. */
export function isSampled(id: string, sampleRate: number, what: keyof typeof SEEDS = 'RECORD'): boolean {
  if (sampleRate >= 1) return true;
  const bucket = hash(SEEDS[what], id, 2);
  return bucket !== null && bucket < sampleRate;
}
