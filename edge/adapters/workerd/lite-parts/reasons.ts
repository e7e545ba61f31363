import type * as loggable from '../../../../core/reasons/loggable.ts';
import { DomainError } from '../../../../core/errors.ts';
import type * as delivery from '../../../delivery/reasoned-of.ts';
import type * as asked from '../../../http/asked-reasons.ts';
import type * as serving from '../../../serving/reasons-for.ts';

/** A release whose log wants reasons requires `reasons:1`, which this bundle does not have. */
export const reasonedOf: typeof delivery.reasonedOf = ({ name }) =>
  Promise.resolve({
    reasoned: { name, names: [], explainer: { why: 'the bundle "lite" gives no reasons' } },
    reasonsP99Ms: 0,
  });

/** Of what reasons in the log may say. */
export const loggableNames: typeof loggable.loggableNames = () => new Set();

export const reasonsFor: typeof serving.reasonsFor = () => ({ shown: null, logged: null });

export const readAskedReasons: typeof asked.readAskedReasons = (given) => {
  if (given === null) return null;
  throw new DomainError(
    'INVALID_INPUT',
    'reasons: this edge is the bundle "lite", which gives none: leave it out, or deploy "full"',
    { field: 'reasons', allowed: [null] },
  );
};
