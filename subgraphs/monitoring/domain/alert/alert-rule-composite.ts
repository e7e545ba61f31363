import { DomainError } from '../../../../core/errors.ts';
import { parsePromql } from '../../../../core/promql/parse.ts';
import { PromqlError } from '../../../../core/promql/promql-error.ts';
import { alertRuleUrn } from '../ids.ts';

/** Something to be looked at once an alert fires. */
export interface ContextInput {
  readonly name: string;
  readonly expression: string;
}

const MOST_PARTS = 100;
const MOST_CONTEXT = 20;
const MOST_LETTERS = 2_000;
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

const refuse = (field: string, message: string): DomainError => new DomainError('INVALID_INPUT', message, { field });

/** The names of the rules that a composite suppresses, in order. They may be made later. Throws INVALID_INPUT. */
export function checkedParts(project: string, rule: string, given: readonly string[]): readonly string[] {
  const field = 'suppresses';
  if (given.length > MOST_PARTS) throw refuse(field, `${field}: ${given.length} rules; allowed: at most ${MOST_PARTS}`);
  const names = given.map((id) => alertRuleUrn.parse(project, id, field).name);
  if (names.includes(rule)) throw refuse(field, `${field}: a rule cannot suppress itself; allowed: other rules`);
  return [...new Set(names)].sort();
}

/** What is looked at, by its name. Throws INVALID_INPUT. */
export function checkedContext(given: readonly ContextInput[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  if (given.length > MOST_CONTEXT)
    throw refuse('context', `context: ${given.length} entries; allowed: at most ${MOST_CONTEXT}`);
  for (const [i, { name, expression }] of given.entries()) {
    const field = `context.${i}`;
    if (!NAME.test(name))
      throw refuse(
        `${field}.name`,
        `${field}.name: "${name}" is no name; allowed: letters, digits and "_", no digit first`,
      );
    if (name in found) throw refuse(`${field}.name`, `${field}.name: ${name} comes twice; allowed: once`);
    if (expression.length > MOST_LETTERS)
      throw refuse(
        `${field}.expression`,
        `${field}.expression: ${expression.length} characters; allowed: at most ${MOST_LETTERS}`,
      );
    try {
      parsePromql(expression);
    } catch (error) {
      if (!(error instanceof PromqlError)) throw error;
      throw refuse(`${field}.expression`, `${field}.expression: ${error.message}`);
    }
    found[name] = expression;
  }
  return found;
}
