import { saidOr, type Issue, type Said } from './issue.ts';

export interface Reading {
  value: unknown;
  readonly issues: Issue[];
}

/** Looks at a value of the right type: adds what is wrong with it, or puts another one in its place. */
interface Check {
  readonly look: (reading: Reading) => void;
  /** Whether it needs a length alone, and so runs on a value of another type that has one. */
  readonly ofLength?: boolean;
}

/** What a schema is, besides its checks. */
export interface Kind {
  readonly read: (value: unknown) => Reading;
  /** What `min` and `max` are about. */
  readonly measure?: 'number' | 'string' | 'array';
  /** Whether a field may be absent: `defaulted`, something is put in its place. */
  readonly absent?: 'optional' | 'defaulted' | undefined;
  /** Whether a field may be absent from what was read. */
  readonly leftOut?: boolean | undefined;
  /** The only values that there are. */
  readonly values?: readonly unknown[] | undefined;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly element?: Schema;
  readonly inner?: Schema;
  /** Makes an object of the same kind of other fields. */
  readonly ofShape?: (shape: Readonly<Record<string, Schema>>) => Schema;
}

export type Parsed =
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };

const sized = (unit: string) => (sign: string, size: number, what: string) =>
  `expected ${what} to have ${sign}${size} ${unit}`;
const MEASURES = {
  number: (sign: string, size: number, what: string) => `expected ${what} to be ${sign}${size}`,
  string: sized('characters'),
  array: sized('items'),
};

const stops = (issues: readonly Issue[], from = 0): boolean => issues.slice(from).some(({ goesOn }) => goesOn !== true);

export class Schema {
  readonly kind: Kind;
  readonly #checks: readonly Check[];

  constructor(kind: Kind, checks: readonly Check[] = []) {
    this.kind = kind;
    this.#checks = checks;
  }

  run(given: unknown): Reading {
    const reading = this.kind.read(given);
    const { issues } = reading;
    let stopped = stops(issues);
    for (const { look, ofLength } of this.#checks) {
      const runs = ofLength
        ? issues.every(({ goesOn }) => goesOn !== false) && lengthOf(reading.value) !== undefined
        : !stopped;
      if (!runs) continue;
      const before = issues.length;
      look(reading);
      stopped ||= stops(issues, before);
    }
    return reading;
  }

  safeParse(given: unknown): Parsed {
    const { value, issues } = this.run(given);
    return issues.length > 0 ? { success: false, error: { issues } } : { success: true, data: value };
  }

  parse(given: unknown): unknown {
    const parsed = this.safeParse(given);
    if (parsed.success) return parsed.data;
    throw new Error(JSON.stringify(parsed.error.issues.map(({ path, message }) => ({ path, message }))));
  }

  checked(look: Check['look'], ofLength = false): Schema {
    return new Schema(this.kind, [...this.#checks, { look, ofLength }]);
  }

  #judged(isRight: (value: never) => boolean, own: string, said?: Said, ofLength = false): Schema {
    const message = saidOr(said, own);
    const path = typeof said === 'object' ? (said.path ?? []) : [];
    return this.checked(({ value, issues }) => {
      if (!isRight(value as never)) issues.push({ path: [...path], message, goesOn: true });
    }, ofLength);
  }

  #bound(word: 'small' | 'big', sign: string, size: number, isRight: (value: number) => boolean, said?: Said): Schema {
    const { measure = 'number' } = this.kind;
    const textOf = (what: keyof typeof MEASURES): string =>
      saidOr(said, `Too ${word}: ${MEASURES[what](sign, size, what)}`);
    if (measure === 'number') return this.#judged(isRight, textOf(measure));
    return this.checked(({ value, issues }) => {
      const message = textOf(typeof value === 'string' ? 'string' : 'array');
      if (!isRight(lengthOf(value) ?? 0)) issues.push({ path: [], message, goesOn: true });
    }, true);
  }

  min = (least: number, said?: Said): Schema => this.#bound('small', '>=', least, (size) => size >= least, said);
  max = (most: number, said?: Said): Schema => this.#bound('big', '<=', most, (size) => size <= most, said);
  gt = (least: number): Schema => this.#bound('small', '>', least, (size) => size > least);
  lt = (most: number): Schema => this.#bound('big', '<', most, (size) => size < most);
  positive = (): Schema => this.gt(0);
  nonnegative = (): Schema => this.min(0);

  length(size: number): Schema {
    return this.checked(({ value, issues }) => {
      const length = lengthOf(value) ?? 0;
      const measure = typeof value === 'string' ? 'string' : 'array';
      const text = MEASURES[measure]('exactly ', size, measure);
      if (length !== size)
        issues.push({ path: [], message: `Too ${length > size ? 'big' : 'small'}: ${text}`, goesOn: true });
    }, true);
  }

  regex = (pattern: RegExp, said?: Said): Schema =>
    this.#judged((value) => pattern.test(value), `Invalid string: must match pattern ${String(pattern)}`, said);

  refine = (isRight: (value: never) => boolean, said?: Said): Schema => this.#judged(isRight, 'Invalid input', said);

  toLowerCase = (): Schema =>
    this.checked((reading) => {
      reading.value = (reading.value as string).toLowerCase();
    });

  optional(): Schema {
    const { values, absent } = this.kind;
    return new Schema({
      read: (value) => {
        if (value !== undefined) return this.run(value);
        const stood = absent === 'defaulted' ? this.run(value) : { value, issues: [] };
        return { value: stood.issues.length > 0 ? undefined : stood.value, issues: [] };
      },
      absent: absent === 'defaulted' ? 'defaulted' : 'optional',
      leftOut: true,
      values: values && [...values, undefined],
      inner: this,
    });
  }

  nullable(): Schema {
    const { values, absent, leftOut } = this.kind;
    return new Schema({
      read: (value) => (value === null ? { value, issues: [] } : this.run(value)),
      absent,
      leftOut,
      values: values && [...values, null],
      inner: this,
    });
  }

  default(value: unknown): Schema {
    return new Schema({
      read: (given) => (given === undefined ? { value: copyOf(value), issues: [] } : this.run(given)),
      absent: 'defaulted',
      values: this.kind.values,
      inner: this,
    });
  }

  transform(change: (value: never) => unknown): Schema {
    return new Schema({
      read: (given) => {
        const reading = this.run(given);
        if (reading.issues.length === 0) reading.value = change(reading.value as never);
        return reading;
      },
    });
  }

  check = (...checks: readonly ((schema: Schema) => Schema)[]): Schema =>
    checks.reduce<Schema>((schema, add) => add(schema), this);

  /** What only schemas of certain kinds have. */
  part<K extends keyof Kind>(name: K): NonNullable<Kind[K]> {
    const part = this.kind[name];
    if (part === undefined || part === null) throw new TypeError(`a schema of this kind has no ${name}`);
    return part;
  }

  unwrap = (): Schema => this.part('inner');

  get element(): Schema {
    return this.part('element');
  }

  get shape(): Readonly<Record<string, Schema>> {
    return this.part('shape');
  }

  extend = (fields: Readonly<Record<string, Schema>>): Schema => this.part('ofShape')({ ...this.shape, ...fields });

  omit = (names: Readonly<Record<string, true>>): Schema =>
    this.part('ofShape')(Object.fromEntries(Object.entries(this.shape).filter(([name]) => names[name] !== true)));
}

/** Of a text in code points, as zod counts. */
function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string') return value.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, '-').length;
  const length = (value as { readonly length?: unknown } | null | undefined)?.length;
  return typeof length === 'number' ? length : undefined;
}

const copyOf = (value: unknown): unknown =>
  Array.isArray(value) ? [...value] : typeof value === 'object' && value !== null ? { ...value } : value;
