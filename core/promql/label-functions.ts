import type { Expression } from './expression.ts';
import type { PromqlFunction } from './functions.ts';
import { formatLabels, NAME, withLabel, type Labels } from './labels.ts';
import { PromqlError } from './promql-error.ts';
import { checkDistinct, type Sample } from './series.ts';
import { matrixOf, NO_LABELS, textValueOf, vector, vectorOf } from './values.ts';

/** A label with another text. A name that was made on purpose stays. */
function relabelled(sample: Sample, label: string, text: string): Sample {
  const labels = withLabel(sample.labels, label, text);
  return { ...sample, labels, dropName: label === NAME ? false : sample.dropName };
}

function checkedLabel(label: string, name: string): string {
  // U+FFFD stands where bytes were no text.
  if (label !== '' && !label.includes('\uFFFD')) return label;
  throw new PromqlError('execution', `invalid destination label name in ${name}(): ${label}`);
}

const replace: PromqlFunction = ({ values }) => {
  const [target = '', replacement = '', source = '', expression = ''] = values.slice(1).map(textValueOf);
  checkedLabel(target, 'label_replace');
  let regex: RegExp;
  try {
    regex = new RegExp(`^(?:${expression.replaceAll('(?P<', '(?<')})$`, 'su');
  } catch {
    throw new PromqlError('execution', `invalid regular expression in label_replace(): ${expression}`);
  }
  const samples = vectorOf(values[0]).map((sample) => {
    const match = regex.exec(sample.labels[source] ?? '');
    return match ? relabelled(sample, target, expanded(replacement, match)) : sample;
  });
  checkDistinct(samples);
  return vector(samples);
};

/** `$1`, `${1}` and `${name}` as in Go. */
function expanded(template: string, match: RegExpExecArray): string {
  return template.replaceAll(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, bare?: string, braced?: string) => {
    const name = bare ?? braced;
    if (name === undefined) return whole === '$$' ? '$' : whole;
    return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? '';
  });
}

const join: PromqlFunction = ({ values }) => {
  const [target = '', separator = '', ...sources] = values.slice(1).map(textValueOf);
  checkedLabel(target, 'label_join');
  const samples = vectorOf(values[0]).map((sample) =>
    relabelled(sample, target, sources.map((source) => sample.labels[source] ?? '').join(separator)),
  );
  checkDistinct(samples);
  return vector(samples);
};

/** What an absent series would be called, as far as the selector says: by what must be equal, once. */
function absentLabels(expression: Expression | undefined): Labels {
  const selector = expression?.kind === 'range' ? expression.selector : expression;
  if (selector?.kind !== 'selector') return NO_LABELS;
  let labels: Labels = NO_LABELS;
  const seen = new Set<string>();
  for (const { label, operator, value } of selector.matchers) {
    if (label === NAME) continue;
    if (operator === '=' && !seen.has(label)) labels = withLabel(labels, label, value);
    else labels = withLabel(labels, label, '');
    seen.add(label);
  }
  return labels;
}

const absent: PromqlFunction = ({ args, values }) => {
  const there = values[0]?.type === 'matrix' ? matrixOf(values[0]).length : vectorOf(values[0]).length;
  return vector(there > 0 ? [] : [{ labels: absentLabels(args[0]), value: 1, dropName: false }]);
};

/** Texts in the order of people: 2 before 10. */
const natural = (a: string, b: string): number => {
  const [x, y] = [a, b].map((text) => text.match(/\d+|\D+/g) ?? []);
  for (let i = 0; i < Math.min(x?.length ?? 0, y?.length ?? 0); i++) {
    const [p = '', q = ''] = [x?.[i], y?.[i]];
    const order = /^\d/.test(p) && /^\d/.test(q) ? Number(p) - Number(q) : p < q ? -1 : p > q ? 1 : 0;
    if (order !== 0) return order;
  }
  return (x?.length ?? 0) - (y?.length ?? 0);
};

const sortedByLabel =
  (direction: 1 | -1): PromqlFunction =>
  ({ values }) => {
    const labels = values.slice(1).map(textValueOf);
    const order = (a: Sample, b: Sample): number => {
      for (const label of labels) {
        const by = natural(a.labels[label] ?? '', b.labels[label] ?? '');
        if (by !== 0) return direction * by;
      }
      return direction * natural(formatLabels(a.labels), formatLabels(b.labels));
    };
    return vector(vectorOf(values[0]).toSorted(order));
  };

export const labelFunctions: Readonly<Record<string, PromqlFunction>> = {
  absent,
  absent_over_time: absent,
  label_join: join,
  label_replace: replace,
  sort_by_label: sortedByLabel(1),
  sort_by_label_desc: sortedByLabel(-1),
};
