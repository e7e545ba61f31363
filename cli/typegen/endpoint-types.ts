import type { Dtype } from '../../schema/common.ts';
import type { Recipe } from '../../schema/recipe.ts';

/** An endpoint as its live release makes it. */
export interface TypedEndpoint {
  /** As a client names it: `fraud-decision`, or `fraud-decision@staging`. */
  readonly endpoint: string;
  readonly release: string;
  readonly digest: string;
  readonly recipe: Recipe;
  /** By their names in requests and answers: `view__feature`. */
  readonly features: readonly { readonly name: string; readonly dtype: Dtype }[];
}

const TYPES: Readonly<Record<Dtype, string>> = {
  FLOAT64: 'number',
  // Beyond 2^53 as text.
  INT64: 'number | string',
  BOOL: 'boolean',
  STRING: 'string',
  // 2026-01-31T12:00:00Z
  TIMESTAMP: 'string',
};

/** TypeScript of what endpoints are asked and answer, for `@tiffin/edge`. The same releases make the same text. */
export function typesOfEndpoints(endpoints: readonly TypedEndpoint[], command: string): string {
  const names = endpoints.map(
    (one) => `  ${literal(one.endpoint)}: { input: ${nameOf(one)}Input; prediction: ${nameOf(one)}Prediction };\n`,
  );
  return [
    `// Made by "${command}" from the live releases: make it anew when another one is live.\n`,
    "import type { PredictInput, Prediction } from '@tiffin/edge';\n",
    ...endpoints.map(typesOf),
    `declare module '@tiffin/edge' {\n  interface Endpoints {\n${names.map((line) => `  ${line}`).join('')}  }\n}\n`,
  ].join('\n');
}

/** `fraud-decision@staging` → `FraudDecisionStaging`. */
export const nameOf = ({ endpoint }: Pick<TypedEndpoint, 'endpoint'>): string =>
  endpoint
    .split(/[^A-Za-z0-9]+/)
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('');

function typesOf(one: TypedEndpoint): string {
  const { release, digest, recipe, features } = one;
  const name = nameOf(one);
  const inputs = recipe.inputs.map((input) => {
    const type = input.shape ? arrayOf(input.shape.length) : TYPES[input.dtype];
    return `    readonly ${input.name}${input.required ? '' : '?'}: ${type}${input.required ? '' : ' | null'};\n`;
  });
  const values = features.map((feature) => `    readonly ${feature.name}?: ${TYPES[feature.dtype]} | null;\n`);
  const segments = recipe.segments.map(
    (segment) => `    readonly ${segment.name}?: ${union([...segment.values, 'other'])};\n`,
  );
  const read = features.map((feature) => feature.name);
  return `/** ${release}, ${digest.slice(0, 12)} */
export type ${name}Input = Omit<PredictInput, 'inputs' | 'features'> & {
  readonly inputs: ${block(inputs)};
${values.length > 0 ? `  /** Values that stand in for a read. */\n  readonly features?: ${block(values)};\n` : ''}};

export type ${name}Prediction = Omit<Prediction, 'decision' | 'segments' | 'features'> & {
  readonly decision: ${decisionOf(recipe)};
  readonly segments: ${block(segments)};
  readonly features: ${read.length > 0 ? `Readonly<Record<${union(read)}, Prediction['features'][string]>>` : 'Readonly<Record<string, never>>'};
};
`;
}

const block = (lines: readonly string[]): string =>
  lines.length > 0 ? `{\n${lines.join('')}  }` : 'Readonly<Record<string, never>>';

/** Whatever rules, the threshold or a constant fallback can say. What a release before it said is not known. */
function decisionOf({ rules, output, fallback }: Recipe): string {
  const actions = [fallback.default, ...Object.values(fallback.causes)];
  if (actions.some((action) => action?.kind === 'PREVIOUS')) return 'string | null';
  const said = new Set(rules.map(({ action }) => action));
  if (output.decision) for (const text of [output.decision.above, output.decision.below]) said.add(text);
  for (const action of actions)
    if (action?.kind === 'CONSTANT' && action.decision !== undefined) said.add(action.decision);
  return said.size > 0 ? `${union([...said])} | null` : 'null';
}

/** Numbers nested as deep as the shape, or flat. */
function arrayOf(depth: number): string {
  let nested = 'readonly number[]';
  for (let left = depth; left > 1; left--) nested = `readonly (${nested})[]`;
  return depth > 1 ? `${nested} | readonly number[]` : nested;
}

const union = (texts: readonly string[]): string => texts.map(literal).join(' | ');
const literal = (text: string): string => (/['\\\n\r]/.test(text) ? JSON.stringify(text) : `'${text}'`);
