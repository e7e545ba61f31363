/** What this program runs on: Node, or a runtime that stands in for it and names the Node that it is like as well. */
export function runtimeName(versions: Readonly<Record<string, string | undefined>> = process.versions): string {
  const name = ['deno', 'bun'].find((one) => versions[one] !== undefined) ?? 'node';
  return `${name} ${versions[name]}`;
}
