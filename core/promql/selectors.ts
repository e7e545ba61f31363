import { LOOKBACK_MS } from './evaluate.ts';
import type { Expression, Matcher, Shift } from './expression.ts';

/** What an evaluation reads: series that fit, from after `fromMs` to `toMs`. */
export interface NeededSeries {
  readonly matchers: readonly Matcher[];
  readonly fromMs: number;
  readonly toMs: number;
}

interface Asked {
  readonly startMs: number;
  readonly endMs: number;
}

/** All that an expression reads between its first and its last step. */
export function neededSeries(expression: Expression, query: Asked): readonly NeededSeries[] {
  return needs(expression, query, query);
}

function needs(expression: Expression, steps: Asked, query: Asked): readonly NeededSeries[] {
  const inner = (one: Expression): readonly NeededSeries[] => needs(one, steps, query);
  switch (expression.kind) {
    case 'number':
    case 'text':
      return [];
    case 'selector':
      return [stretch(expression.matchers, placed(expression, steps, query), LOOKBACK_MS)];
    case 'range':
      return [stretch(expression.selector.matchers, placed(expression.selector, steps, query), expression.rangeMs)];
    case 'subquery': {
      const { startMs, endMs } = placed(expression, steps, query);
      return needs(expression.inner, { startMs: startMs - expression.rangeMs, endMs }, query);
    }
    case 'negation':
      return inner(expression.operand);
    case 'binary':
      return [...inner(expression.left), ...inner(expression.right)];
    case 'aggregate':
      return [...(expression.parameter ? inner(expression.parameter) : []), ...inner(expression.inner)];
    case 'call':
      break;
  }
  return expression.args.flatMap(inner);
}

const stretch = (matchers: readonly Matcher[], { startMs, endMs }: Asked, beforeMs: number): NeededSeries => ({
  matchers,
  fromMs: startMs - beforeMs,
  toMs: endMs,
});

function placed({ offsetMs, instant }: Shift, steps: Asked, query: Asked): Asked {
  const at = instant === 'start' ? query.startMs : instant === 'end' ? query.endMs : instant;
  return { startMs: (at ?? steps.startMs) - offsetMs, endMs: (at ?? steps.endMs) - offsetMs };
}
