import type { Matcher } from './expression.ts';
import { type Labels, NAME } from './labels.ts';
import { PromqlError } from './promql-error.ts';

/** A pattern of PromQL holds for the whole text. Its inline flags stand in front, as `(?i)`. */
function pattern(value: string): RegExp {
  const [, flags = '', body = value] = /^\(\?([is]+)\)([^]*)$/.exec(value) ?? [];
  return new RegExp(`^(?:${body})$`, `s${flags.replaceAll('s', '')}u`);
}

/** Whether labels fit, prepared once for many series. */
export function matching(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(({ label, operator, value }): ((labels: Labels) => boolean) => {
    if (operator === '=') return (labels) => (labels[label] ?? '') === value;
    if (operator === '!=') return (labels) => (labels[label] ?? '') !== value;
    const regex = pattern(value);
    const wanted = operator === '=~';
    return (labels) => regex.test(labels[label] ?? '') === wanted;
  });
  return (labels) => tests.every((test) => test(labels));
}

/** Throws for a pattern that is none, for two names, and for a selector that could mean every series there is. */
export function checkMatchers(matchers: readonly Matcher[], at: number): void {
  for (const { operator, value } of matchers) {
    if (operator !== '=~' && operator !== '!~') continue;
    try {
      pattern(value);
    } catch {
      throw new PromqlError('syntax', `${JSON.stringify(value)} is not a regular expression`, at);
    }
  }
  if (matchers.filter(({ label, operator }) => label === NAME && operator === '=').length > 1) {
    throw new PromqlError('syntax', 'metric name must not be set twice', at);
  }
  const empty = matching(matchers.length === 0 ? [] : [...matchers]);
  if (matchers.every((matcher) => matching([matcher])({})) && empty({})) {
    throw new PromqlError('syntax', 'vector selector must contain at least one non-empty matcher', at);
  }
}
