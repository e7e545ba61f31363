import * as fc from 'fast-check';

/** What zod keeps of a schema, as far as values are made by it. */
interface Def {
  readonly type: string;
  readonly shape: Readonly<Record<string, Schema>>;
  readonly element: Schema;
  readonly items: readonly Schema[];
  readonly keyType: Schema;
  readonly valueType: Schema;
  readonly innerType: Schema;
  readonly options: readonly Schema[];
  readonly values: readonly unknown[];
  readonly entries: Readonly<Record<string, string>>;
  readonly in: Schema;
  readonly checks?: readonly unknown[];
}
export interface Schema {
  readonly _zod: { readonly def: Def };
}

/** Texts that one schema or another knows, and some beside each border. */
const TEXTS = [
  '',
  'a',
  'user_id',
  'a-b.c',
  '_x',
  '1a',
  'other',
  'default',
  'ALLOCATION',
  'x'.repeat(101),
  'x'.repeat(201),
  '\u{1F600}'.repeat(100),
  'a'.repeat(64),
  'A'.repeat(64),
  'f'.repeat(63),
  'user:me',
  'user:',
  'tiffin:default:deployment:fraud@production',
  'tiffin:default:release:fraud%40production@3',
  'tiffin:default:model-version:fraud@3',
  'tiffin:default:feature-service:fraud@1',
  'tiffin:default:feature-view:user_txn@2',
  'tiffin:default:nothing:fraud',
  '2026-01-31T12:00:00Z',
  '2026-01-31T12:00:00.123+02:00',
  '2024-02-29T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-01-31T12:00Z',
  '2026-01-31T24:00:00Z',
  '2026-01-31',
  '018f6b1e-7c2a-7d3e-9b4f-0123456789ab',
  '018F6B1E-7C2A-7D3E-9B4F-0123456789AB',
  '018f6b1e-7c2a-9d3e-9b4f-0123456789ab',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  'AAAA',
  'AAA=',
  'AAA',
  'A===',
  'AA A',
  'registry:write',
  'edge:predict',
] as const;
const NUMBERS = [0, -0, 1, -1, 2, 0.5, 1.5, 100, 60_000, 60_001, 1e21, 2 ** 53, -(2 ** 53), 2 ** 53 - 1];
/** What JSON may hold, and numbers that it cannot. */
const UNFIT = [undefined, null, true, Number.NaN, Infinity, [], {}, [1, 'a'], { a: 1 }];

const text = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...TEXTS) }, { weight: 1, arbitrary: fc.string() });
const number = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...NUMBERS) }, fc.double());
const unfit = fc.oneof(text, number, fc.constantFrom<unknown>(...UNFIT));

/** Values that a schema may take, most of them right in most places, and wrong in one or another. */
export function valuesOf({ _zod: { def } }: Schema, depth = 0): fc.Arbitrary<unknown> {
  const inner = (schema: Schema): fc.Arbitrary<unknown> => valuesOf(schema, depth + 1);
  const fitting = fittingOf(def, inner);
  return fc.oneof({ weight: 40, arbitrary: fitting }, { weight: 1, arbitrary: unfit });
}

function fittingOf(def: Def, inner: (schema: Schema) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  switch (def.type) {
    case 'string':
      return text;
    case 'number':
      return number;
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'unknown':
      return unfit;
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'array':
      return fc.array(inner(def.element), { maxLength: 3 });
    case 'tuple':
      return fc
        .tuple(...def.items.map(inner))
        .chain((items) => fc.constantFrom(items, items, items, items.slice(1), [...items, 1]));
    case 'record':
      return fc.dictionary(inner(def.keyType).map(String), inner(def.valueType), { maxKeys: 3 });
    case 'union':
      return fc.oneof(...def.options.map(inner));
    case 'optional':
    case 'nullable':
    case 'default':
      return fc.oneof({ weight: 4, arbitrary: inner(def.innerType) }, fc.constantFrom(undefined, null));
    case 'pipe':
      return inner(def.in);
    case 'object':
      return objectsOf(def.shape, inner);
    default:
      throw new Error(`${def.type}: this test makes no values of it`);
  }
}

/** Now and then without a field, or with one too many. */
function objectsOf(
  shape: Readonly<Record<string, Schema>>,
  inner: (schema: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const fields = fc.record(Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, inner(schema)])));
  const names = Object.keys(shape);
  const change = fc.oneof(
    { weight: 8, arbitrary: fc.constant({}) },
    fc.record({ less: fc.constantFrom(...names) }),
    fc.record({ more: fc.constantFrom('more', '__proto__', 'toString') }),
  );
  return fc
    .tuple(fields, change)
    .map(([all, { less, more }]: [Record<string, unknown>, { less?: string; more?: string }]) =>
      Object.fromEntries(
        // As JSON has it: what is undefined is not there.
        [
          ...Object.entries(all).filter(([name, value]) => name !== less && value !== undefined),
          ...(more ? [[more, 1]] : []),
        ],
      ),
    );
}
