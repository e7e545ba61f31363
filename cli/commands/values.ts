import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';

const wrong = (message: string): Failure => new Failure(message, EXIT.usage, { code: 'INVALID_INPUT' });

/** For an option that may be repeated. */
export const repeated = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `name=value` pairs of an option as one object: a value is JSON where it is some, text otherwise. */
export function pairsIn(option: string, texts: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined) throw wrong(`${option}: is "${text}", and must be name=value`);
      return [name, valueIn(value)];
    }),
  );
}

/** The JSON object of an option. */
export function objectIn(option: string, text: string): Record<string, unknown> {
  const value = valueIn(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw wrong(`${option}: is no JSON object`);
}

function valueIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
