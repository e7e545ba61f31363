import { Environment } from '@marcbachmann/cel-js';
import { DomainError } from '../errors.ts';
import type { Declarations } from './expression.ts';
import { SCALAR_TYPES } from './expression.ts';
import { MATH_SIGNATURES } from './overloads.ts';

/** The library's names for our types. */
const LIBRARY_TYPE: Record<string, string> = {
  timestamp: 'google.protobuf.Timestamp',
  'list<timestamp>': 'list<google.protobuf.Timestamp>',
};
const libraryType = (type: string): string => LIBRARY_TYPE[type] ?? type;
export const ourType = (type: string): string =>
  type.replace('google.protobuf.Timestamp', 'timestamp').replace('google.protobuf.Duration', 'duration');

const TYPES: ReadonlySet<string> = new Set([...SCALAR_TYPES, ...SCALAR_TYPES.map((type) => `list<${type}>`)]);
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
const LIMITS = { maxAstNodes: 1_000, maxDepth: 64, maxListElements: 500, maxCallArguments: 8 };

/** The library tells a namespace from other values by its class. */
class MathNamespace {
  readonly name = 'math';
}

const unrunnable = (): never => {
  throw new Error('this environment checks and never evaluates');
};

/** The library set up to parse and check: the declared names, and the functions that we add to its own. */
export function environmentOf(declarations: Declarations): Environment {
  const environment = new Environment({ limits: LIMITS }).registerType('MathNamespace', MathNamespace);
  environment.registerConstant('math', 'MathNamespace', new MathNamespace());
  for (const signature of MATH_SIGNATURES) {
    environment.registerFunction(signature.replace('math.', 'MathNamespace.'), unrunnable);
  }
  for (const [name, type] of Object.entries(declarations)) {
    requireName(name);
    try {
      if (typeof type === 'string') environment.registerVariable(name, checkedType(name, type));
      else environment.registerVariable({ name, schema: schemaOf(name, type) });
    } catch (error) {
      if (error instanceof DomainError) throw error;
      // What the library keeps for itself: `math`, `int`, `package`, …
      throw new DomainError('INVALID_INPUT', `"${name}" cannot be the name of a variable: it means something in CEL.`, {
        field: name,
      });
    }
  }
  return environment;
}

function schemaOf(group: string, fields: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(fields).map(([name, type]): [string, string] => {
    requireName(name);
    return [name, checkedType(`${group}.${name}`, type)];
  });
  return Object.fromEntries(entries);
}

function requireName(name: string): void {
  if (!NAME.test(name))
    throw new DomainError(
      'INVALID_INPUT',
      `"${name}" is not a name for an expression: letters, digits and _ only, at most 100, no digit first.`,
      { field: name },
    );
}

function checkedType(name: string, type: string): string {
  if (!TYPES.has(type))
    throw new DomainError('INVALID_INPUT', `${name} is declared ${type}, which expressions do not have.`, {
      field: name,
      allowed: [...TYPES],
    });
  return libraryType(type);
}
