const begin = (name: string): string => `<!-- ${name}: written by npm run flights -- report -->`;
const end = (name: string): string => `<!-- end of ${name} -->`;

/** Puts `body` between the markers of `name`. Throws if they are not there once each, in order. */
export function replaceBetween(text: string, name: string, body: string): string {
  const { from, to } = between(text, name);
  return `${text.slice(0, from)}\n\n${body.trim()}\n\n${text.slice(to)}`;
}

/** What stands between the markers of `name`. */
export function readBetween(text: string, name: string): string {
  const { from, to } = between(text, name);
  return text.slice(from, to).trim();
}

function between(text: string, name: string): { from: number; to: number } {
  const [first, last] = [begin(name), end(name)];
  const [from, to] = [text.indexOf(first) + first.length, text.indexOf(last)];
  const once = [first, last].every((marker) => text.split(marker).length === 2);
  if (!once || to < from) throw new Error(`the text must hold once, in this order: ${first} and ${last}`);
  return { from, to };
}
