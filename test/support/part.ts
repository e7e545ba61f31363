import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { bareEnvironment } from './bare-environment.ts';

/** One deployable in an operating-system process of its own, built code, told everything by its environment. */
export interface Part {
  readonly pid: number;
  /** What it has printed. */
  output(): string;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** SIGSTOP holds it as it is: connections stay, nothing answers. */
  signal(name: NodeJS.Signals): void;
  /** Ends it, as a crash would by SIGKILL. */
  end(name?: NodeJS.Signals): Promise<number | null>;
}

export function startPart(script: string, env: Readonly<Record<string, string>>, uid?: number): Part {
  if (!existsSync(script)) throw new Error('build first: npm run build');
  let text = '';
  const child = spawn(process.execPath, [script], {
    env: { ...bareEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    pid: child.pid!,
    output: () => text,
    ended,
    signal: (name) => void child.kill(name),
    end: (name = 'SIGTERM') => {
      child.kill(name);
      return ended;
    },
  };
}

/** Waits until a URL answers 200; fails with what the part has said when it ends before. */
export async function untilReady(part: Part, url: string, timeoutMs = 60_000): Promise<void> {
  let over = false;
  void part.ended.then(() => (over = true));
  for (const start = Date.now(); Date.now() - start < timeoutMs;) {
    if (over) throw new Error(`it ended with ${await part.ended}:\n${part.output()}`);
    const ready = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} was not ready within ${timeoutMs} ms:\n${part.output()}`);
}

/** Runs a script that should end by itself; one that does not is killed, and its code is null. */
export async function runToEnd(
  script: string,
  env: Readonly<Record<string, string>>,
  timeoutMs = 50_000,
  uid?: number,
): Promise<{ code: number | null; said: string }> {
  const part = startPart(script, env, uid);
  const timer = setTimeout(() => part.signal('SIGKILL'), timeoutMs);
  const code = await part.ended;
  clearTimeout(timer);
  return { code, said: part.output() };
}
