import { malformed } from './protobuf.ts';

const PREFIX = 'tiffin.classLabels.';

/** The metadata property that keeps the labels of a stripped ZipMap: a JSON array of strings, one for each column. */
export const classLabelsKey = (output: string): string => PREFIX + output;

export function readClassLabels(metadataProps: ReadonlyMap<string, string>): Record<string, string[]> {
  const found = [...metadataProps].filter(([key]) => key.startsWith(PREFIX));
  return Object.fromEntries(found.map(([key, text]) => [key.slice(PREFIX.length), parseLabels(key, text)]));
}

function parseLabels(key: string, text: string): string[] {
  let labels: unknown;
  try {
    labels = JSON.parse(text);
  } catch {
    labels = undefined;
  }
  if (!Array.isArray(labels) || !labels.every((label) => typeof label === 'string'))
    throw malformed(`its property "${key}" is not a JSON array of strings`);
  return labels;
}
