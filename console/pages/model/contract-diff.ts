import type { ContractFragment } from './operations.ts';

/** What two versions can differ in. */
export type ContractOf = ContractFragment;

interface Line {
  readonly name: string;
  readonly value: string;
}

interface Difference {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const shapeOf = ({ dtype, shape }: { readonly dtype: string; readonly shape: readonly number[] }): string =>
  `${dtype} [${shape.map((size) => (size < 0 ? 'any' : size)).join(', ')}]`;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function valuesOf(what: string, value: unknown): readonly Line[] {
  if (!isObject(value)) return [];
  return Object.entries(value).map(([name, one]) => ({
    name: `${what} ${name}`,
    value: isObject(one) ? JSON.stringify(one) : String(one),
  }));
}

/** A version as lines that can be held against another’s. */
export function contractLines(of: ContractOf): readonly Line[] {
  return [
    ...of.inputs.map((tensor) => ({ name: `input ${tensor.name}`, value: shapeOf(tensor) })),
    ...of.outputs.map((tensor) => ({ name: `output ${tensor.name}`, value: shapeOf(tensor) })),
    { name: 'operators', value: of.operators.join(', ') },
    ...(of.algorithm === null ? [] : [{ name: 'algorithm', value: of.algorithm }]),
    { name: 'made with', value: of.producer },
    ...(of.codeCommit === null ? [] : [{ name: 'commit', value: of.codeCommit }]),
    ...valuesOf('setting', of.hyperParameters),
    ...valuesOf('claimed', of.claimedMetrics),
  ];
}

/** What is different, and how many lines are not. */
export function differences(
  before: ContractOf,
  after: ContractOf,
): { readonly different: readonly Difference[]; readonly equal: number } {
  const [from, to] = [before, after].map((one) => new Map(contractLines(one).map(({ name, value }) => [name, value])));
  const names = [...new Set([...(from?.keys() ?? []), ...(to?.keys() ?? [])])];
  const all = names.map((name) => ({ name, before: from?.get(name), after: to?.get(name) }));
  const different = all.filter((line) => line.before !== line.after);
  return { different, equal: all.length - different.length };
}
