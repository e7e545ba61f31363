import { adjustPValues } from '../../../../core/statistics/multiple-testing.ts';
import type { TierPolicy } from '../governance/tier-policy.ts';
import type { GateResult } from '../version/model-version.ts';
import { digits } from './quality-gates.ts';

export const DISTRIBUTION_GATE = 'compatibility.distributions';

/** What the feature subgraph counted of one feature, in a training set and of late. */
export interface ComparedFeature {
  readonly name: string;
  readonly training: readonly number[];
  readonly recent: readonly number[];
  readonly psi: number;
  readonly p: number;
}

/** What a service has been giving of late, beside what a version was trained on. */
export interface ComparedService {
  readonly service: string;
  readonly from: string;
  readonly to: string;
  readonly features: readonly ComparedFeature[];
  readonly notCompared: readonly {
    readonly name: string;
    readonly reason: 'NOT_IN_TRAINING_SET' | 'OTHER_TYPE' | 'MOMENT';
  }[];
}

/** A comparison, or why there is none; null where the version reads no features. */
export type Comparison = { readonly compared: ComparedService } | { readonly why: string } | null;

type Asked = NonNullable<TierPolicy['compatibility']['distributions']>;

const ALPHA = 0.01;

/**
 * Holds what a service gives of late against what the version was trained on. A feature fails by the size of its shift, if that is
 * beyond chance, corrected over the features. What could not be computed fails where the tier asks that it is.
 */
export function distributionGate(
  { compatibility: { distributions: asked } }: TierPolicy,
  comparison: Comparison,
): readonly GateResult[] {
  if (!asked) return [];
  const rule = `the values of the feature service in the last ${asked.recentDays} days lie as those of the training set: PSI at most ${asked.mostPsi}`;
  const head = { gate: DISTRIBUTION_GATE, rule, limit: asked.mostPsi };
  if (comparison === null) {
    return [{ ...head, passed: true, detail: 'the version names no feature service: there is nothing to compare' }];
  }
  const why = 'why' in comparison ? comparison.why : whyTooLittle(comparison.compared, asked);
  if (why !== null || 'why' in comparison)
    return [{ ...head, passed: !asked.mustBeComputed, detail: notComputed(why ?? '', asked) }];
  return [{ ...head, ...judged(comparison.compared, asked) }];
}

const notComputed = (why: string, { mustBeComputed }: Asked): string =>
  `not computed: ${why}; ${
    mustBeComputed
      ? 'the tier asks that it is, so the gate fails'
      : 'the tier lets it pass, and nothing is known of whether the values are those that it was trained on'
  }`;

function whyTooLittle({ features, notCompared }: ComparedService, { leastRows }: Asked): string | null {
  const lacking = notCompared.filter(({ reason }) => reason !== 'MOMENT');
  if (lacking.length > 0) {
    return `the training set does not have ${lacking.map(({ name }) => name).join(', ')} as the service has it`;
  }
  const [first] = features;
  if (!first) return 'the service has no feature that can be compared';
  const [trained, recent] = [sumOf(first.training), sumOf(first.recent)];
  if (trained < leastRows) return `the training set has ${trained} rows: at least ${leastRows} are asked for`;
  if (recent < leastRows) return `there are ${recent} recent rows: at least ${leastRows} are asked for`;
  return null;
}

function judged(
  { features }: ComparedService,
  { mostPsi }: Asked,
): Pick<GateResult, 'passed' | 'detail' | 'value' | 'n'> {
  const adjusted = adjustPValues(
    features.map(({ p }) => p),
    'benjaminiHochberg',
  );
  const shifted = features.filter(({ psi }, i) => psi > mostPsi && (adjusted[i] ?? 1) < ALPHA);
  const worst = [...(shifted.length > 0 ? shifted : features)].toSorted((a, b) => b.psi - a.psi);
  const said = worst.slice(0, 5).map(({ name, psi }) => `${name} (PSI ${digits(psi)})`);
  const more = worst.length > said.length ? ` and ${worst.length - said.length} more` : '';
  const [first] = worst;
  return {
    passed: shifted.length === 0,
    detail:
      shifted.length > 0
        ? `otherwise than in the training set: ${said.join(', ')}${more}`
        : `${features.length} features lie as in the training set; the farthest is ${said[0] ?? ''}`,
    value: first?.psi ?? 0,
    n: sumOf(first?.recent ?? []),
  };
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
