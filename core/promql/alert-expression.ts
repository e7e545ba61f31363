import { durationMs, formatDuration } from './duration.ts';
import type { Expression } from './expression.ts';
import { parsePromql } from './parse.ts';
import { PromqlError } from './promql-error.ts';
import { typeOf } from './type-check.ts';

/** A condition of an alert as people write it: `avg(latency_ms) > 75 for 5m`. */
export interface AlertExpression {
  /** The PromQL alone. */
  readonly text: string;
  readonly expression: Expression;
  /** Null where the text says nothing of it. */
  readonly forMs: number | null;
}

const FOR = /\s+for\s+(\S+)\s*$/;

/** PromQL knows no `for`: it is the rule's. Throws a PromqlError for what is no vector or number. */
export function parseAlertExpression(given: string): AlertExpression {
  const [tail, length = ''] = FOR.exec(given) ?? [];
  const text = (tail === undefined ? given : given.slice(0, -tail.length)).trim();
  const forMs = tail === undefined ? null : durationMs(length);
  if (tail !== undefined && (forMs === null || forMs < 0)) {
    throw new PromqlError('syntax', `"${length}" is not a duration; allowed: 5m, 1h30m`, given.length - length.length);
  }
  const expression = parsePromql(text);
  const type = typeOf(expression);
  if (type !== 'vector' && type !== 'scalar') {
    throw new PromqlError('type', `an alert needs an instant vector or a number, not a ${type}`, expression.at);
  }
  return { text, expression, forMs };
}

export const formatAlertExpression = ({ text, forMs }: Pick<AlertExpression, 'text' | 'forMs'>): string =>
  forMs === null || forMs === 0 ? text : `${text} for ${formatDuration(forMs)}`;
