import type { FallbackAction, Recipe } from '../../schema/recipe.ts';
import type { Report } from './problem.ts';
import type { CompiledRule } from './rules.ts';

/** Where there are rules, whatever a recipe decides is one of its actions. */
export function checkActions({ rules, output: { actions, decision }, fallback }: Recipe, report: Report): void {
  const check = (action: string | undefined, field: string): void => {
    if (action !== undefined && !actions.includes(action))
      report(field, `"${action}" is no action of the recipe`, actions);
  };
  for (const [i, { action }] of rules.entries()) check(action, `rules.${i}.action`);
  check(decision?.above, 'output.decision.above');
  check(decision?.below, 'output.decision.below');
  for (const [field, action] of fallbacksOf(fallback)) {
    if (action.kind !== 'CONSTANT') continue;
    check(action.decision, `${field}.decision`);
    if (action.decision === undefined && !decision) {
      report(`${field}.decision`, 'rules do not decide about a constant: say the decision', actions);
    }
  }
}

/** What a fallback declares must be able to answer. */
export function checkFallback({ fallback }: Recipe, rules: readonly CompiledRule[], report: Report): void {
  for (const [field, { kind }] of fallbacksOf(fallback)) {
    if (kind === 'RULES_ONLY' && rules.every(({ readsScore }) => readsScore)) {
      report(`${field}.kind`, 'no rule of the recipe decides without a score', ['CONSTANT', 'PREVIOUS', 'REFUSE']);
    }
  }
  if (fallback.causes.OVERRUN?.kind === 'PREVIOUS') {
    const allowed = ['CONSTANT', 'RULES_ONLY', 'REFUSE'];
    report('fallback.causes.OVERRUN.kind', 'the answer is late already: another release would make it later', allowed);
  }
}

const fallbacksOf = ({ default: byDefault, causes }: Recipe['fallback']): (readonly [string, FallbackAction])[] => [
  ['fallback.default', byDefault],
  ...Object.entries(causes).map(([cause, action]) => [`fallback.causes.${cause}`, action] as const),
];
