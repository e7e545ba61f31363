/** What a series or sample is called: its name is the label `__name__`. A label without text is no label. */
export type Labels = Readonly<Record<string, string>>;

export const NAME = '__name__';
/** Labels that say what the numbers are: an operation that makes other numbers of them drops these. */
const RESERVED: ReadonlySet<string> = new Set([NAME, '__type__', '__unit__']);

const NOTHING: Labels = Object.freeze({});

/** The labels in one text, the same whatever order they come in; U+0001 divides, as no label holds it. */
export function keyOf(labels: Labels): string {
  const names = Object.keys(labels);
  if (names.length > 1) names.sort();
  let key = '';
  for (const name of names) if (labels[name] !== '') key += `${name}\u0001${labels[name]}\u0001`;
  return key;
}

export const withoutReserved = (labels: Labels): Labels => pick(labels, (name) => !RESERVED.has(name));

export function keep(labels: Labels, names: readonly string[]): Labels {
  if (names.length === 0) return NOTHING;
  return pick(labels, (name) => names.includes(name));
}

export const drop = (labels: Labels, names: readonly string[]): Labels => pick(labels, (name) => !names.includes(name));

function pick(labels: Labels, wanted: (name: string) => boolean): Labels {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(labels)) if (value !== '' && wanted(name)) kept[name] = value;
  return kept;
}

/** Labels with one more, or one fewer where the text is empty. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  const { [name]: _, ...others } = labels;
  return value === '' ? others : { ...others, [name]: value };
}

/** As PromQL writes them: `up{job="a"}`. */
export function formatLabels(labels: Labels): string {
  const { [NAME]: name = '', ...others } = labels;
  const pairs = Object.keys(others)
    .filter((key) => others[key] !== '')
    .sort()
    .map((key) => `${key}=${JSON.stringify(others[key])}`);
  return pairs.length > 0 || name === '' ? `${name}{${pairs.join(', ')}}` : name;
}
