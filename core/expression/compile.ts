import type { ASTNode } from '@marcbachmann/cel-js';
import { DomainError } from '../errors.ts';
import { environmentOf, ourType } from './environment.ts';
import type { Declarations, Expression, ScalarType } from './expression.ts';
import { EXPRESSION_FORMAT, namesIn, SCALAR_TYPES } from './expression.ts';
import { refusal } from './failure.ts';
import { Translator } from './translate.ts';

const MOST_CHARACTERS = 4_000;

/**
 * Parses and checks a CEL expression over the declared names and gives it as plain data for `evaluateExpression`.
 * Refuses with INVALID_INPUT, naming the place and what is allowed: bad syntax, unknown names, types that do not meet,
 * what the evaluator leaves out, and a result of another type than `expected`, if given.
 */
export function compileExpression(text: string, declarations: Declarations, expected?: ScalarType): Expression {
  if (text.length > MOST_CHARACTERS)
    throw new DomainError(
      'INVALID_INPUT',
      `An expression has at most ${MOST_CHARACTERS} characters, not ${text.length}.`,
      { field: 'expression' },
    );
  const { ast, type } = parse(text, declarations);
  const checked = new Translator(text, declarations).translate(ast);
  // Two checkers that disagree would mean an expression that runs otherwise than it was read.
  if (checked.type !== type) throw new Error(`"${text}" is ${type} to the library and ${checked.type} to us`);
  const allowed = expected ? [expected] : SCALAR_TYPES;
  const result = allowed.find((one) => one === checked.type);
  if (!result) throw refusal(text, 0, `the result is ${checked.type}`, allowed);
  return { format: EXPRESSION_FORMAT, text, type: result, root: checked.node };
}

function parse(text: string, declarations: Declarations): { ast: ASTNode; type: string } {
  const environment = environmentOf(declarations);
  try {
    const parsed = environment.parse(text);
    const { error, type } = parsed.check();
    if (error) throw error;
    return { ast: parsed.ast, type: ourType(type ?? '') };
  } catch (error) {
    const { summary, range } = readLibraryError(error);
    const isName = /^(?:Unknown variable|No such key)/.test(summary);
    throw refusal(text, range.start, withHint(ourType(summary)), isName ? namesIn(declarations) : undefined);
  }
}

/** The library's errors carry the sentence without the drawing, and the place. */
function readLibraryError(error: unknown): { summary: string; range: { start: number } } {
  if (!(error instanceof Error) || !('summary' in error) || typeof error.summary !== 'string') throw error;
  const range = 'range' in error && typeof error.range === 'object' ? error.range : null;
  const start = range && 'start' in range && typeof range.start === 'number' ? range.start : 0;
  return { summary: error.summary, range: { start } };
}

function withHint(summary: string): string {
  if (/overload: (int|double) \S+ (double|int)$/.test(summary))
    return `${summary}; write 2.0 for 2, or convert with double(…) or int(…)`;
  if (/\bnull\b/.test(summary)) return `${summary}; ask whether a value is there with has(group.name)`;
  if (/has\(\) invalid argument/.test(summary)) return `${summary}; it takes group.name`;
  return summary;
}
