import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMap, LineCounter, parseAllDocuments, type Document } from 'yaml';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { isDefinitionKind, DEFINITION_KINDS, type DefinitionKind } from '../../schema/definition-kinds.ts';

/** One definition as somebody wrote it. */
export interface WrittenDefinition {
  readonly kind: DefinitionKind;
  /** All that it says besides its kind. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Where a field of it stands: `features.yaml:12:7`. */
  readonly placeOf: (path: readonly string[]) => string;
}

const FILES = /\.(ya?ml|json)$/;

/** All definitions in files and folders, in order; `-` is standard input. Fails with the line of what cannot be read. */
export async function readDefinitions(
  paths: readonly string[],
  stdin: () => Promise<string>,
): Promise<WrittenDefinition[]> {
  const found: WrittenDefinition[] = [];
  for (const path of paths) {
    if (path === '-') found.push(...definitionsIn('standard input', await stdin()));
    else for (const file of await filesAt(path)) found.push(...definitionsIn(file, await readFile(file, 'utf8')));
  }
  if (found.length === 0) throw wrong(paths.join(', '), 'there is no definition here');
  return found;
}

async function filesAt(path: string): Promise<string[]> {
  const about = await stat(path).catch(() => undefined);
  if (!about) throw wrong(path, 'there is no such file or folder');
  if (!about.isDirectory()) return [path];
  const files = await readdir(path, { recursive: true });
  return files
    .filter((file) => FILES.test(file))
    .map((file) => join(path, file))
    .toSorted();
}

/** The definitions of one file: a document each, YAML or JSON. */
export function definitionsIn(file: string, text: string): WrittenDefinition[] {
  const lines = new LineCounter();
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents: readonly Document.Parsed[] = 'empty' in parsed ? [] : parsed;
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error) throw wrong(at(error.pos[0]), error.message);
    const { contents } = document;
    if (contents === null || document.toJS() === null) return [];
    if (!isMap(contents)) throw wrong(at(contents.range[0]), 'a definition is a map with a kind');
    const { kind, ...input } = document.toJS() as Record<string, unknown>;
    const placeOf = (path: readonly string[]): string => at(offsetOf(document, path));
    if (!isDefinitionKind(kind)) {
      const found = kind === undefined ? 'is missing' : `is ${JSON.stringify(kind)}`;
      throw wrong(placeOf(['kind']), `kind: ${found}, and must be one of ${Object.keys(DEFINITION_KINDS).join(', ')}`);
    }
    return [{ kind, input, placeOf }];
  });
}

/** Where the deepest part of a path stands that is there. */
function offsetOf(document: Document.Parsed, path: readonly string[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const steps = path.slice(0, depth).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    const node: unknown = document.getIn(steps, true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return Number(node.range[0]);
    }
  }
  return document.contents?.range[0] ?? 0;
}

const wrong = (place: string, message: string): Failure =>
  new Failure(`${place}: ${message}`, EXIT.usage, { code: 'INVALID_INPUT' });
