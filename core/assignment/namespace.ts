import { hash } from './hash.ts';
import { inRange } from './range.ts';

/** A slice [from, to) of a set of experiments that exclude each other. */
export interface Namespace {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** Whether the unit falls into the slice: GrowthBook's `inNamespace`, always by hash version 1. */
export function inNamespace(unitId: string, { id, from, to }: Namespace): boolean {
  const bucket = hash(`__${id}`, unitId, 1);
  return bucket !== null && inRange(bucket, [from, to]);
}
