import { spawn, type ChildProcess } from 'node:child_process';
import { DEV_CONNECTION, type Connection } from '../../examples/shared/connection.ts';
import type { Install } from './install.ts';

export const connectionTo = ({ graphUrl, edgeUrl }: Install): Connection => ({ ...DEV_CONNECTION, graphUrl, edgeUrl });

export interface ExampleRun {
  readonly process: ChildProcess;
  /** What it has said so far. */
  said(): string;
  /** Its exit code and all that it said. */
  readonly end: Promise<{ readonly code: number | null; readonly text: string }>;
}

/** `npm run <example> -- <command>` for an install, in a process of its own. */
export function runExample(
  example: string,
  { graphUrl, edgeUrl }: Install,
  folder: string,
  ...args: readonly string[]
): ExampleRun {
  // The URL as `npm start` prints it.
  const doors = ['--data', folder, '--graph', `${graphUrl}/graphql`, '--edge', edgeUrl];
  const child = spawn(process.execPath, [`dist/examples/${example}/main.js`, ...args, ...doors], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    process: child,
    said: () => text,
    end: new Promise((resolve) => child.once('close', (code) => resolve({ code, text }))),
  };
}

export const runFlights = (install: Install, folder: string, ...args: readonly string[]): ExampleRun =>
  runExample('flights', install, folder, ...args);
