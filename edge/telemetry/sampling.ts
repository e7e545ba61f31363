import { hash } from '../../core/assignment/hash.ts';

/** Whether the record of a prediction is kept: by its id alone, so that anybody can say so afterwards. */
export function isSampled(id: string, sampleRate: number): boolean {
  if (sampleRate >= 1) return true;
  const bucket = hash('tiffin:log', id, 2);
  return bucket !== null && bucket < sampleRate;
}
