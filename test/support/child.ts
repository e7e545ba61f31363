import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Child {
  readonly process: ChildProcess;
  /** The next line of JSON that it prints. */
  next(): Promise<any>;
  /** As a crash would end it: no handler runs. */
  kill(): Promise<void>;
}

/** Runs a TypeScript file of this folder in a process of its own. */
export function startChild(file: string, args: readonly string[]): Child {
  const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, `${import.meta.dirname}/${file}`, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const closed = once(child, 'close');
  return {
    process: child,
    next: async () => {
      const { value } = await lines.next();
      if (value === undefined) throw new Error(`${file} ended without a word`);
      return JSON.parse(value);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
