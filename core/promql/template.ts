import type { Labels } from './labels.ts';

/** What the texts of an alert may speak of. */
export interface TemplateData {
  readonly labels: Labels;
  readonly value: number | null;
}

type Part = string | ((data: TemplateData) => string);

const LABEL = /^(?:\$labels|\.Labels)\.([a-zA-Z_][a-zA-Z0-9_]*)$/;
const VALUE = /^(?:\$value|\.Value)$/;
const PRINT = /^printf\s+"%(?:\.(\d{1,2}))?([fgeds])(%%)?"\s+(\$value|\.Value)$/;

const ALLOWED =
  'allowed: {{ $labels.name }}, {{ $value }}, with | humanize, | humanize1024, | humanizePercentage, | humanizeDuration, or printf "%.2f" $value';

/** A subset of Prometheus's templates. Throws an Error that says what is allowed. */
function parsed(template: string): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of template.matchAll(/\{\{-?\s*([^]*?)\s*-?\}\}/g)) {
    parts.push(template.slice(from, match.index), read(match[1] ?? ''));
    from = match.index + match[0].length;
  }
  const rest = template.slice(from);
  if (rest.includes('{{')) throw new Error(`"{{" without "}}"; ${ALLOWED}`);
  return [...parts, rest];
}

function read(text: string): Part {
  const [first = '', ...pipes] = text.split('|').map((piece) => piece.trim());
  const printed = PRINT.exec(first);
  if (printed && pipes.length === 0) {
    const [, digits, letter, percent = ''] = printed;
    return ({ value }) => formatted(value, letter ?? 'g', digits) + percent.slice(1);
  }
  const label = LABEL.exec(first)?.[1];
  if (label !== undefined && pipes.length === 0) return ({ labels }) => labels[label] ?? '';
  const [pipe] = pipes;
  const shown = pipe === undefined ? goNumber : HUMANIZED[pipe];
  if (!VALUE.test(first) || pipes.length > 1 || !shown) throw new Error(`{{ ${text} }} is not known; ${ALLOWED}`);
  return ({ value }) => (value === null ? 'no data' : shown(value));
}

function formatted(value: number | null, letter: string, digits: string | undefined): string {
  if (value === null) return 'no data';
  const places = digits === undefined ? 6 : Number(digits);
  if (letter === 'f') return value.toFixed(places);
  if (letter === 'e') return value.toExponential(places);
  if (letter === 'd') return String(Math.trunc(value));
  return digits === undefined ? goNumber(value) : String(Number(value.toPrecision(Math.max(1, places))));
}

/** As Go prints a number by default. */
function goNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e21 || size < 1e-4)
    ? value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
    : String(value);
}

const shortly = (value: number): string => String(Number(value.toPrecision(4)));

function scaled(value: number, step: number, prefixes: readonly string[]): string {
  let rest = value;
  let power = 0;
  while (Math.abs(rest) >= step && power < prefixes.length - 1) {
    rest /= step;
    power++;
  }
  return shortly(rest) + (prefixes[power] ?? '');
}

function small(value: number): string {
  let rest = value;
  let power = 0;
  const prefixes = ['', 'm', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
  while (Math.abs(rest) < 1 && power < prefixes.length - 1) {
    rest *= 1_000;
    power++;
  }
  return shortly(rest) + (prefixes[power] ?? '');
}

const HUMANIZED: Readonly<Record<string, (value: number) => string>> = {
  humanize: (value) => {
    if (value === 0 || !Number.isFinite(value)) return goNumber(value);
    return Math.abs(value) >= 1 ? scaled(value, 1_000, ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']) : small(value);
  },
  humanize1024: (value) =>
    Number.isFinite(value)
      ? scaled(value, 1_024, ['', 'ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'])
      : goNumber(value),
  humanizePercentage: (value) => `${shortly(value * 100)}%`,
  humanizeDuration: (value) => {
    if (!Number.isFinite(value)) return goNumber(value);
    const size = Math.abs(value);
    if (size < 60) return size >= 1 || size === 0 ? `${shortly(value)}s` : `${small(value)}s`;
    const [days, hours, minutes] = [86_400, 3_600, 60].map((unit, i, units) =>
      Math.floor((size % (units[i - 1] ?? Infinity)) / unit),
    );
    const parts = [`${days}d`, `${hours}h`, `${minutes}m`, `${Math.floor(size % 60)}s`];
    const first = parts.findIndex((part) => !part.startsWith('0'));
    return (value < 0 ? '-' : '') + parts.slice(first).join(' ');
  },
};

/** What is wrong with a template; null: nothing. */
export function checkTemplate(template: string): string | null {
  try {
    parsed(template);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const known = new Map<string, readonly Part[]>();
const MOST_KNOWN = 10_000;

/** The text for one alert. */
export function renderTemplate(template: string, data: TemplateData): string {
  if (!template.includes('{{')) return template;
  let parts = known.get(template);
  if (!parts) {
    if (known.size >= MOST_KNOWN) known.clear();
    parts = parsed(template);
    known.set(template, parts);
  }
  return parts.map((part) => (typeof part === 'string' ? part : part(data))).join('');
}
