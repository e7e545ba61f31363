import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { endProcess } from './child-process.ts';

export interface ExampleDefinition {
  /** The example's own entry: it runs as a client, in a process of its own. */
  readonly script: string;
  /** The arguments of each of its commands, one after another. */
  readonly commands: readonly (readonly string[])[];
  readonly env: NodeJS.ProcessEnv;
  /** Written when it got through: the next start leaves it alone. */
  readonly doneFile: string;
}

export type ExampleEnd = 'DONE' | 'FAILED' | 'STOPPED';

export interface RunningExample {
  readonly end: Promise<ExampleEnd>;
  stop(): Promise<void>;
}

export const isExampleDone = (doneFile: string): boolean => existsSync(doneFile);

/** Runs the commands of an example; what they print is printed. One that fails ends it, and nothing else. */
export function runExample({ script, commands, env, doneFile }: ExampleDefinition): RunningExample {
  let stopping = false;
  let child: ChildProcess | undefined;
  const run = (args: readonly string[]): Promise<boolean> =>
    new Promise((resolve) => {
      // Its own process group: Ctrl-C reaches only the parent, which stops everything in order.
      child = spawn(process.execPath, [script, ...args], {
        env,
        stdio: ['ignore', 'inherit', 'inherit'],
        detached: true,
      });
      child.once('error', () => resolve(false));
      child.once('exit', (code) => resolve(code === 0));
    });
  const runAll = async (): Promise<ExampleEnd> => {
    for (const args of commands) {
      const passed = !stopping && (await run(args));
      if (stopping) return 'STOPPED';
      if (!passed) return 'FAILED';
    }
    mkdirSync(dirname(doneFile), { recursive: true });
    writeFileSync(doneFile, `${new Date().toISOString()}\n`);
    return 'DONE';
  };
  return {
    end: runAll(),
    stop: async () => {
      stopping = true;
      if (child) await endProcess(child, 2_000);
    },
  };
}
