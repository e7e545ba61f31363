import { DomainError } from '../errors.ts';

/** Why an expression has no value for these inputs. */
export type FailureReason = 'MISSING' | 'WRONG_TYPE' | 'OVERFLOW' | 'DIVISION_BY_ZERO' | 'CONVERSION' | 'OUT_OF_RANGE';

export const failure = (reason: FailureReason, message: string, field?: string): DomainError =>
  new DomainError('INVALID_INPUT', message, field === undefined ? { reason } : { reason, field });

/** The line and column, both from 1, of an offset in a text. */
export function positionOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** Why a text cannot be an expression, with the place. */
export function refusal(text: string, at: number, why: string, allowed?: readonly string[]): DomainError {
  const { line, column } = positionOf(text, at);
  const choice = allowed ? `; allowed: ${allowed.join(', ')}` : '';
  const message = `Line ${line}, column ${column} of the expression: ${why}${choice}.`;
  return new DomainError('INVALID_INPUT', message, { field: 'expression', line, column, ...(allowed && { allowed }) });
}
