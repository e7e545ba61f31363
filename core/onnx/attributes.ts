import { onlyText } from './graph-walk.ts';
import { bytesOf, int64Of, malformed, readFields, textOf } from './protobuf.ts';
import { float32sIn, IntegerList, NumberList, viewOf } from './read-numbers.ts';
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
      const name = onlyText(attribute, 1);
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

  /** Whether it holds graphs, as the bodies of If, Loop and Scan. */
  holdsGraph(name: string): boolean {
    return this.#fields(name).some(({ number }) => GRAPHS.includes(number));
  }

  float(name: string): number | undefined {
    const [field] = this.#only(name, FLOAT);
    return field?.kind === 'fixed' && field.bytes.length === 4 ? viewOf(field.bytes).getFloat32(0, true) : undefined;
  }

  int(name: string): bigint | undefined {
    const [field] = this.#only(name, INT);
    return field && int64Of(field);
  }

  text(name: string): string | undefined {
    const [field] = this.#only(name, TEXT);
    return field && textOf(field);
  }

  tensor(name: string): ConstantTensor | undefined {
    const [field] = this.#only(name, TENSOR);
    return field && readConstant(bytesOf(field));
  }

  floats(name: string): Float32Array {
    const list = new NumberList(4);
    for (const field of this.#only(name, FLOATS)) list.add(field);
    return float32sIn(list.joined());
  }

  ints(name: string): readonly bigint[] {
    const list = new IntegerList();
    for (const field of this.#only(name, INTS)) list.add(field);
    return list.values;
  }

  texts(name: string): readonly string[] {
    return this.#only(name, TEXTS).map(textOf);
  }

  #fields(name: string) {
    const attribute = this.#byName.get(name);
    return attribute ? [...readFields(attribute)] : [];
  }

  #only(name: string, number: number) {
    const fields = this.#fields(name);
    const other = fields.find(
      (field) =>
        field.number !== number && [FLOAT, INT, TEXT, TENSOR, FLOATS, INTS, TEXTS, ...GRAPHS].includes(field.number),
    );
    if (other && !fields.some((field) => field.number === number))
      throw malformed(`the attribute "${name}" has another type than it is defined with`);
    return fields.filter((field) => field.number === number);
  }
}
