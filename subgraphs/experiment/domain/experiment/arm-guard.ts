import { adjustPValues } from '../../../../core/statistics/multiple-testing.ts';
import { judgeGuardrail, type Guardrail, type GuardrailFinding, type GuardrailState } from '../metric/guardrail.ts';
import { sumsOf, type Measured } from './measured.ts';

/** What one guardrail shows of one arm. */
export interface ArmGuard extends GuardrailFinding {
  readonly guardrail: Guardrail;
  readonly arm: string;
  readonly state: GuardrailState;
  /** p of harm over all guardrails and arms (Holm). */
  readonly pHarmAdjusted: number;
  /** Of a QUANTILE: the value itself, of the control and of the arm. */
  readonly quantiles: { readonly control: number | null; readonly arm: number | null };
}

export interface Guarding {
  readonly guardrails: readonly Guardrail[];
  /** The first is the control. */
  readonly arms: readonly string[];
  readonly measured: Measured;
  readonly alpha: number;
  /** Units of each arm at which the bound of what holds shall be narrowest. */
  readonly planned: Readonly<Record<string, number>>;
}

/** Each guardrail of each arm by bounds that hold at any look, with the chance of a false alarm shared over all of them. */
export function guardArms({ guardrails, arms, measured, alpha, planned }: Guarding): readonly ArmGuard[] {
  const [control = '', ...candidates] = arms;
  const judged = candidates.flatMap((arm) =>
    guardrails.map((guardrail) => {
      const { definition, margin, marginKind } = guardrail;
      const [kept, tried] = [sumsOf(measured, guardrail, control), sumsOf(measured, guardrail, arm)];
      const rule = { definition, margin: margin ?? 0, marginKind, alpha, minSamples: Math.max(1, planned[arm] ?? 1) };
      const found = judgeGuardrail(rule, { control: kept.sums, candidate: tried.sums });
      return { ...found, guardrail, arm, quantiles: { control: kept.quantile, arm: tried.quantile } };
    }),
  );
  const adjusted = adjustPValues(
    judged.map(({ pHarm }) => pHarm),
    'holm',
  );
  return judged.map((found, i) => {
    const pHarmAdjusted = adjusted[i] ?? 1;
    return { ...found, pHarmAdjusted, state: stateOf(found, pHarmAdjusted, alpha) };
  });
}

/** That all of several hold is claimed only where each does: this needs no correction (Berger 1982). */
function stateOf({ worse, pHeld }: GuardrailFinding, pHarm: number, alpha: number): GuardrailState {
  if (worse === null) return 'NO_DATA';
  if (pHarm < alpha) return 'HARMED';
  return pHeld < alpha ? 'HELD' : 'UNDECIDED';
}

const number = (value: number | null): string => (value === null ? 'nothing' : String(Number(value.toPrecision(4))));

/** The metric, its threshold and its values, in words. */
export function guardInWords(found: ArmGuard): string {
  const { guardrail, arm, state, control, candidate, worse, accepted, pHarmAdjusted, quantiles, controlToo } = found;
  const { name, definition } = guardrail;
  const values =
    definition.kind === 'QUANTILE'
      ? `its ${number((definition.quantile ?? 0) * 100)}th percentile is ${number(quantiles.arm)} (control ` +
        `${number(quantiles.control)}), the ceiling ${number(definition.ceiling)}: ${number(candidate)} of its answers ` +
        `lie above, accepted ${number(accepted)}`
      : `${number(candidate)} against ${number(control)} of the control: worse by ${number(worse)}, accepted ${number(accepted)}`;
  switch (state) {
    case 'NO_DATA':
      return `${arm}: ${name} has no value yet`;
    case 'HARMED':
      return `${arm} breaks ${name}: ${values} (p = ${pHarmAdjusted.toPrecision(2)} at any look)${controlToo ? '; the control breaks it as well' : ''}`;
    case 'HELD':
      return `${arm} holds ${name}: ${values}`;
    case 'UNDECIDED':
    default:
      return `${arm} is not shown to hold ${name}: ${values}; ${found.missing === null ? 'more units' : `about ${found.missing} more units of each arm`} are needed`;
  }
}
