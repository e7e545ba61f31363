/** Of any example. */
const beginOf = (name: string): RegExp => new RegExp(`<!-- ${name}: written by npm run [a-z-]+ -- report -->`, 'g');
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
  const last = end(name);
  const [first, ...more] = text.matchAll(beginOf(name));
  const [from, to] = [(first?.index ?? 0) + (first?.[0].length ?? 0), text.indexOf(last)];
  const once = first !== undefined && more.length === 0 && text.split(last).length === 2;
  if (!once || to < from) {
    const wanted = `<!-- ${name}: written by npm run <example> -- report -->`;
    throw new Error(`the text must hold once, in this order: ${wanted} and ${last}`);
  }
  return { from, to };
}
