import type { Traffic, TrafficLayer } from '../../schema/manifest.ts';
import { DomainError } from '../errors.ts';

export const wrongLayer = (
  message: string,
  field: string,
  details: Readonly<Record<string, unknown>> = {},
): DomainError => new DomainError('INVALID_INPUT', message, { field, ...details });

/** Arms have names of their own and ranges that do not overlap. */
export function checkArms({ arms }: Extract<TrafficLayer, { kind: 'ALLOCATION' }>, at: string): void {
  const taken: { readonly from: number; readonly to: number; readonly arm: string }[] = [];
  const names = new Set<string>();
  for (const [i, { arm, ranges }] of arms.entries()) {
    if (names.has(arm)) throw wrongLayer(`two arms are called "${arm}"`, `${at}.arms.${i}.arm`);
    names.add(arm);
    for (const [from, to] of ranges) {
      const field = `${at}.arms.${i}.ranges`;
      if (from >= to) throw wrongLayer(`the range [${from}, ${to}) of "${arm}" is empty`, field);
      const clash = taken.find((other) => from < other.to && other.from < to);
      if (clash) throw wrongLayer(`the range [${from}, ${to}) of "${arm}" overlaps one of "${clash.arm}"`, field);
      taken.push({ from, to, arm });
    }
  }
}

/** A slice that holds units. */
export function checkNamespace({ namespace }: Extract<TrafficLayer, { kind: 'ALLOCATION' }>, at: string): void {
  if (!namespace || namespace.from < namespace.to) return;
  const { from, to } = namespace;
  throw wrongLayer(`the slice [${from}, ${to}) of the namespace is empty`, `${at}.namespace`);
}

/** A shadow of what answers by default would compare a release with itself. */
export function checkShadow(
  { share, release }: Extract<TrafficLayer, { kind: 'SHADOW' }>,
  at: string,
  layers: Traffic,
): void {
  if (!(share > 0 && share <= 1)) {
    throw wrongLayer(`a shadow's share is above 0 and at most 1, not ${share}`, `${at}.share`);
  }
  if (layers.some((layer) => layer.kind === 'DEFAULT' && layer.release === release)) {
    throw wrongLayer('the shadow is what answers by default: there is nothing to compare', `${at}.release`);
  }
}
