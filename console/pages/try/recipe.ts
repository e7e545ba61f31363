/** As much of a recipe as its form shows; the graph gives it whole, as JSON. */
export interface FormRecipe {
  readonly inputs: readonly RecipeInput[];
  readonly entities: readonly { readonly input: string; readonly joinKey: string }[];
}

export interface RecipeInput {
  readonly name: string;
  readonly dtype: 'BOOL' | 'FLOAT64' | 'INT64' | 'STRING' | 'TIMESTAMP';
  readonly required: boolean;
  readonly shape?: readonly number[];
}

export const formOf = (recipe: unknown): FormRecipe => recipe as FormRecipe;

/** What a caller would send for what was typed; undefined where it is left out. What is none of its type goes as it is: the server says what is wrong with it. */
export function valueOf({ dtype, shape }: RecipeInput, typed: string): unknown {
  const text = typed.trim();
  if (text === '') return undefined;
  if (shape) return parsed(text);
  if (dtype === 'BOOL') return text === 'true';
  if (dtype !== 'FLOAT64' && dtype !== 'INT64') return text;
  const number = Number(text);
  const isExact = Number.isFinite(number) && (dtype === 'FLOAT64' || Number.isSafeInteger(number));
  return isExact ? number : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** All that was typed, by name, as a request has it. */
export function inputsOf(
  { inputs }: FormRecipe,
  typed: (name: string) => string | null,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    inputs.flatMap((input) => {
      const value = valueOf(input, typed(input.name) ?? '');
      return value === undefined ? [] : [[input.name, value]];
    }),
  );
}

/** Whose features are read for a request: join key to value; null where one is missing. */
export function entityOf(
  { entities }: FormRecipe,
  inputs: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | null {
  const keys = entities.map(({ input, joinKey }) => [joinKey, inputs[input]] as const);
  return keys.some(([, value]) => value === undefined) ? null : Object.fromEntries(keys);
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The same request to an edge, as a shell takes it. */
export const curlOf = (endpoint: string, inputs: Readonly<Record<string, unknown>>): string =>
  `curl -s "$EDGE/v1/predict/${encodeURIComponent(endpoint)}" -H "authorization: Bearer $KEY" -H 'content-type: application/json' -d ${quoted(JSON.stringify({ inputs, reasons: 5 }))}`;
