import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type YAMLMap } from 'yaml';
import { DomainError } from '../../../../core/errors.ts';

export const REPORT_OUTCOMES = ['ACCEPTED', 'UNCHANGED', 'IGNORED', 'REFUSED'] as const;

/** What became of one thing in a file that was made for another tool. */
export interface ReportLine {
  readonly line: number;
  readonly outcome: (typeof REPORT_OUTCOMES)[number];
  readonly message: string;
}

const MOST_BYTES = 1024 * 1024;

/** A YAML file with the lines of its nodes, and what is said of them. Throws INVALID_INPUT for what is no YAML. */
export class ReportedFile {
  readonly lines: ReportLine[] = [];
  readonly root: Node | null;
  readonly #counter = new LineCounter();

  constructor(text: string, field: string) {
    if (text.length > MOST_BYTES) throw new DomainError('INVALID_INPUT', `${field}: at most 1 MiB`, { field });
    const document = parseDocument(text, { lineCounter: this.#counter, maxAliasCount: 100 } as object);
    const [error] = document.errors;
    if (error) throw new DomainError('INVALID_INPUT', `${field}: ${error.message.split('\n')[0]}`, { field });
    this.root = document.contents;
  }

  lineOf(node: unknown): number {
    const offset = (node as Node | null)?.range?.[0];
    return offset === undefined ? 1 : this.#counter.linePos(offset).line;
  }

  say(node: unknown, outcome: ReportLine['outcome'], message: string): void {
    this.lines.push({ line: this.lineOf(node), outcome, message });
  }

  get refused(): boolean {
    return this.lines.some(({ outcome }) => outcome === 'REFUSED');
  }

  /** In the order of the file. */
  report(): readonly ReportLine[] {
    return this.lines.toSorted((a, b) => a.line - b.line);
  }

  /** The entries of a map, by key; says so where it is none. */
  entries(node: unknown, what: string): Map<string, { readonly key: Node; readonly value: Node | null }> {
    if (node === null || node === undefined) return new Map();
    if (!isMap(node)) {
      this.say(node, 'REFUSED', `${what}: a map is expected`);
      return new Map();
    }
    return new Map(
      (node as YAMLMap<Node, Node | null>).items.map(({ key, value }) => [
        String(isScalar(key) ? key.value : key),
        { key, value },
      ]),
    );
  }

  items(node: unknown, what: string): readonly Node[] {
    if (node === null || node === undefined) return [];
    if (isSeq(node)) return node.items as Node[];
    this.say(node, 'REFUSED', `${what}: a list is expected`);
    return [];
  }

  text(node: unknown, what: string): string | null {
    if (node === null || node === undefined) return null;
    const value = isScalar(node) ? node.value : null;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    this.say(node, 'REFUSED', `${what}: a text is expected`);
    return null;
  }
}
