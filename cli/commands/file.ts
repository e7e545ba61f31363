import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';

/** A file that an option names. */
export async function fileIn(option: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return Uint8Array.from(await readFile(path));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
    throw new Failure(`${option}: ${path}: ${why}`, EXIT.usage, { code: 'INVALID_INPUT' });
  }
}

/** A file of JSON or YAML; what cannot be read is refused with its line and column. */
export async function documentIn(option: string, path: string): Promise<unknown> {
  const text = new TextDecoder().decode(await fileIn(option, path));
  try {
    return parse(text, { prettyErrors: true }) as unknown;
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const [at] = error.linePos ?? [];
    const where = at ? `${path}:${at.line}:${at.col}` : path;
    const message = error.message.split(' at line')[0] ?? error.message;
    throw new Failure(`${option}: ${where}: ${message}`, EXIT.usage, { code: 'INVALID_INPUT' });
  }
}
