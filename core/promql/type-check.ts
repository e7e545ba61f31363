import { isComparison, isSet, type BinaryExpression, type Expression, type ValueType } from './expression.ts';
import { PromqlError } from './promql-error.ts';
import { AGGREGATIONS, FUNCTIONS, type Signature } from './signatures.ts';

const wrong = (message: string, at: number): PromqlError => new PromqlError('type', message, at);

const IN_WORDS: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  string: 'string',
  vector: 'instant vector',
  matrix: 'range vector',
};

function expectType(expression: Expression, wanted: ValueType, where: string): void {
  const is = typeOf(expression);
  if (is !== wanted) {
    throw wrong(`expected type ${IN_WORDS[wanted]} in ${where}, got ${IN_WORDS[is]}`, expression.at);
  }
}

/** What an expression gives. Throws a `type` fault where its parts do not go together. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar';
    case 'text':
      return 'string';
    case 'selector':
      return 'vector';
    case 'range':
      return 'matrix';
    case 'subquery':
      expectType(expression.inner, 'vector', 'subquery');
      return 'matrix';
    case 'negation':
      return numeric(expression.operand, 'unary expression');
    case 'binary':
      return typeOfBinary(expression);
    case 'aggregate': {
      const wanted = AGGREGATIONS[expression.operator] ?? null;
      if (wanted !== null && expression.parameter) {
        expectType(expression.parameter, wanted, `aggregation parameter of ${expression.operator}`);
      }
      expectType(expression.inner, 'vector', `aggregation expression of ${expression.operator}`);
      return 'vector';
    }
    case 'call':
      break;
  }
  return typeOfCall(expression.name, expression.args, expression.at);
}

function numeric(expression: Expression, where: string): 'scalar' | 'vector' {
  const type = typeOf(expression);
  if (type === 'scalar' || type === 'vector') return type;
  throw wrong(`${where} only allowed on expressions of type scalar or instant vector, got ${type}`, expression.at);
}

function typeOfBinary({ operator, left, right, bool, matching, at }: BinaryExpression): ValueType {
  const sides = [numeric(left, 'binary expression'), numeric(right, 'binary expression')];
  const scalars = sides.filter((side) => side === 'scalar').length;
  if (bool && !isComparison(operator)) throw wrong('bool modifier can only be used on comparison operators', at);
  if (isSet(operator) && scalars > 0)
    throw wrong(`set operator "${operator}" not allowed in binary scalar expression`, at);
  if (isSet(operator) && matching.many !== null) throw wrong(`no grouping allowed for "${operator}" operation`, at);
  if (isSet(operator) && (matching.fillLeft !== null || matching.fillRight !== null)) {
    throw wrong('filling in missing series not allowed for set operators', at);
  }
  if (isComparison(operator) && scalars === 2 && !bool)
    throw wrong('comparisons between scalars must use BOOL modifier', at);
  if (scalars > 0 && (matching.on || matching.labels.length > 0)) {
    throw wrong('vector matching only allowed between instant vectors', at);
  }
  if (matching.on && matching.many !== null) {
    const both = matching.include.find((label) => matching.labels.includes(label));
    if (both !== undefined) throw wrong(`label "${both}" must not occur in ON and GROUP clause at once`, at);
  }
  return scalars === 2 ? 'scalar' : 'vector';
}

function typeOfCall(name: string, args: readonly Expression[], at: number): ValueType {
  const signature = FUNCTIONS[name];
  if (!signature) throw new PromqlError('unsupported', `the function ${name} is not of the subset`, at);
  const most = signature.variadic === true ? Infinity : signature.args.length;
  const least = signature.args.length - (signature.optional ?? 0);
  if (args.length < least || args.length > most) {
    const allowed = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
    throw wrong(`expected ${allowed} argument(s) in call to "${name}", got ${args.length}`, at);
  }
  args.forEach((arg, i) => expectType(arg, argumentType(signature, i), `call to function "${name}"`));
  return signature.result;
}

const argumentType = ({ args }: Signature, i: number): ValueType => args[i] ?? args.at(-1) ?? 'scalar';
