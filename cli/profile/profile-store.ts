import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { ProfileFile } from './profile.ts';

/** `config.yaml` below XDG_CONFIG_HOME or ~/.config; TIFFIN_CONFIG names another file. */
export function profilePath(env: Readonly<Record<string, string | undefined>>): string {
  const folder = env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config');
  return env['TIFFIN_CONFIG'] || join(folder, 'tiffin', 'config.yaml');
}

/** The file, or an empty one where there is none. Fails with line and column where it is no YAML, and names what is wrong. */
export function readProfiles(path: string): ProfileFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { profiles: {} };
    throw wrong(path, (error as Error).message);
  }
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (error) {
    throw wrong(path, (error as Error).message.split('\n')[0] ?? 'is no YAML');
  }
  const read = ProfileFile.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw wrong(path, `${issue?.path.join('.') || 'file'}: ${issue?.message}`);
}

const wrong = (path: string, what: string): Failure =>
  new Failure(`${path}: ${what}`, EXIT.usage, { code: 'INVALID_INPUT', hint: 'mend the file, or take it away' });

/** Keeps the file, readable by its owner alone since tokens are in it; as a whole or not at all. */
export function writeProfiles(path: string, file: ProfileFile): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const made = `${path}.${process.pid}`;
  writeFileSync(made, stringify(file), { mode: 0o600 });
  chmodSync(made, 0o600);
  renameSync(made, path);
}
