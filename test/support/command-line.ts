import { run } from '../../cli/run.ts';
import type { Io } from '../../cli/io.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What a person at a terminal answers; nobody sits there where left out. */
  readonly answer?: boolean;
  readonly stdin?: string;
}

/** Runs `tiffin` with a configuration of its own, in this process. */
export function commandLine(): (args: readonly string[], options?: RunOptions) => Promise<Ran> {
  const config = `${temporaryFolder('cli')}/config.yaml`;
  return async (args, { env = {}, answer, stdin = '' } = {}) => {
    let [out, err] = ['', ''];
    const io: Io = {
      env: { TIFFIN_CONFIG: config, NO_COLOR: '1', ...env },
      out: (text) => (out += text),
      err: (text) => (err += text),
      isTerminal: answer !== undefined,
      confirm: (question) => {
        err += `${question}\n`;
        return Promise.resolve(answer === true);
      },
      stdin: () => Promise.resolve(stdin),
      signal: new AbortController().signal,
    };
    return { code: await run(args, io, '1.2.3'), out, err };
  };
}
