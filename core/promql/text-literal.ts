import { PromqlError } from './promql-error.ts';

const SHORT: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** What a literal of PromQL says, by Go's escapes; between back quotes all is as it stands. */
export function textOf(literal: string, at: number): string {
  const body = literal.slice(1, -1);
  if (literal.startsWith('`')) return body;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  const pattern = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))|[^\\]+/gsu;
  for (const [whole, hex, short, long, octal, letter] of body.matchAll(pattern)) {
    if (hex !== undefined || octal !== undefined) {
      bytes.push(hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16));
      continue;
    }
    const code = short ?? long;
    const known = letter === undefined ? undefined : SHORT[letter];
    if (letter !== undefined && known === undefined) {
      throw new PromqlError('syntax', `the escape ${whole} is unknown`, at);
    }
    const text = known ?? (code === undefined ? whole : String.fromCodePoint(Number.parseInt(code, 16)));
    bytes.push(...encoder.encode(text));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
