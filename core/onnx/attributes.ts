import {
  bytesOf,
  float32Run,
  int64Of,
  malformed,
  readFields,
  shortRun,
  textOf,
  type ProtobufField,
  type Run,
} from './protobuf.ts';
import { float32sIn, IntegerList, NumberList, safeIntegers, viewOf } from './read-numbers.ts';
import { readConstant, type ConstantTensor } from './read-tensor.ts';

/** Where AttributeProto keeps its value, by kind. */
const FLOAT = 2;
const INT = 3;
const TEXT = 4;
const TENSOR = 5;
const GRAPHS = [6, 11];
const FLOATS = 7;
const INTS = 8;
const TEXTS = 9;

/** The attributes of a node. Each is decoded when it is asked for; one that has another type than asked is refused. */
export class Attributes {
  readonly #byName = new Map<string, Uint8Array>();

  constructor(attributes: readonly Uint8Array[]) {
    for (const attribute of attributes) {
      const name = nameOf(attribute);
      if (this.#byName.has(name)) throw malformed(`a node has the attribute "${name}" twice`);
      this.#byName.set(name, attribute);
    }
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  float(name: string): number | undefined {
    const field = this.#first(name, FLOAT);
    return field?.kind === 'fixed' && field.bytes.length === 4 ? viewOf(field.bytes).getFloat32(0, true) : undefined;
  }

  int(name: string): bigint | undefined {
    const field = this.#first(name, INT);
    return field && int64Of(field);
  }

  text(name: string): string | undefined {
    const field = this.#first(name, TEXT);
    return field && textOf(field);
  }

  tensor(name: string): ConstantTensor | undefined {
    const field = this.#first(name, TENSOR);
    return field && readConstant(bytesOf(field));
  }

  floats(name: string): Float32Array {
    const run = this.#run(name, FLOATS, 'fixed', float32Run);
    if (run) return run;
    const list = new NumberList(4);
    for (const field of this.#only(name, FLOATS)) list.add(field);
    return float32sIn(list.joined());
  }

  ints(name: string): readonly bigint[] {
    const list = new IntegerList();
    for (const field of this.#only(name, INTS)) list.add(field);
    return list.values;
  }

  /** As `ints`, for what must fit 32 bits. */
  int32s(name: string): Int32Array {
    return this.#run(name, INTS, 'varint', shortRun) ?? safeIntegers(this.ints(name), name);
  }

  texts(name: string): readonly string[] {
    const texts = new Texts();
    return Array.from(this.#only(name, TEXTS), (field) => texts.of(field));
  }

  /** A list of which each number has a field of its own, and that stands together; null where it is written otherwise. */
  #run<T>(
    name: string,
    number: number,
    kind: ProtobufField['kind'],
    read: (message: Uint8Array, start: number) => Run<T> | null,
  ): T | null {
    const attribute = this.#byName.get(name);
    for (const field of attribute ? readFields(attribute) : []) {
      if (field.number !== number) continue;
      const run = attribute && field.kind === kind ? read(attribute, field.start) : null;
      if (!run) return null;
      for (const later of readFields(attribute?.subarray(run.end) ?? new Uint8Array())) {
        if (later.number === number) return null;
      }
      return run.values;
    }
    return null;
  }

  /** The fields of a value, whose other fields may be of no other kind of value. */
  *#only(name: string, number: number): Generator<ProtobufField> {
    const attribute = this.#byName.get(name);
    if (!attribute) return;
    let isThere = false;
    let isOther = false;
    for (const field of readFields(attribute)) {
      isThere ||= field.number === number;
      isOther ||= field.number !== number && VALUES.has(field.number);
      if (field.number === number) yield field;
    }
    if (isOther && !isThere) throw malformed(`the attribute "${name}" has another type than it is defined with`);
  }

  #first(name: string, number: number): ProtobufField | undefined {
    for (const field of this.#only(name, number)) return field;
    return undefined;
  }
}

const VALUES: ReadonlySet<number> = new Set([FLOAT, INT, TEXT, TENSOR, FLOATS, INTS, TEXTS, ...GRAPHS]);

/** Written first, as a rule: what follows may be a list of a million numbers. */
function nameOf(attribute: Uint8Array): string {
  for (const field of readFields(attribute)) if (field.number === 1) return textOf(field);
  return '';
}

/** As a list of texts of which most are alike: each is decoded once. */
class Texts {
  readonly #known: { readonly bytes: Uint8Array; readonly text: string }[] = [];

  of(field: ProtobufField): string {
    const bytes = bytesOf(field);
    const known = this.#known.find((one) => isSame(one.bytes, bytes));
    if (known) return known.text;
    const text = textOf(field);
    if (this.#known.length < MOST_KNOWN) this.#known.push({ bytes, text });
    return text;
  }
}

const MOST_KNOWN = 8;

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
