import type { Prepared } from '../data/prepare.ts';
import type { Took } from '../../shared/stopwatch.ts';
import type { ChallengerFigures } from './challengers.ts';
import type { DriftWeek } from './drift.ts';
import type { KnownAtCase } from './known-at-case.ts';
import type { LeakageFigures } from './leakage.ts';

/** Everything that the report says. */
export interface Figures {
  readonly prepared: Prepared;
  readonly knownAtCase: KnownAtCase;
  readonly leakage: { readonly wholeWeek: LeakageFigures; readonly sample: LeakageFigures };
  readonly drift: readonly DriftWeek[];
  readonly challengers: ChallengerFigures;
  readonly took: {
    readonly leakageTraining: Took;
    readonly leakage: Took;
    readonly drift: Took;
    readonly challengers: Took;
  };
}
