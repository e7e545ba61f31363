import type { Labels } from '../../../../core/promql/labels.ts';
import { meets, type LabelMatcher } from './matcher.ts';

/** While a source fires, targets with the same values of some labels are not sent: the page is about the cause. */
export interface Inhibition {
  readonly source: readonly LabelMatcher[];
  readonly target: readonly LabelMatcher[];
  readonly equal: readonly string[];
}

/** Whether firing alerts inhibit one with these labels. What is source and target of a rule does not inhibit itself. */
export function isInhibited(rules: readonly Inhibition[], firing: readonly Labels[], labels: Labels): boolean {
  return rules.some(({ source, target, equal }) => {
    if (!meets(labels, target)) return false;
    const both = meets(labels, source);
    return firing.some(
      (other) =>
        meets(other, source) &&
        !(both && meets(other, target)) &&
        equal.every((name) => (other[name] ?? '') === (labels[name] ?? '')),
    );
  });
}
