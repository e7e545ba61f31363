import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { signInternalToken } from '../../subgraphs/shared/auth/internal-token.ts';
import { bareEnvironment } from './bare-environment.ts';

const SECRET = 'a secret between parts, long enough';

const sender: Actor = {
  subject: 'user:sender',
  kind: 'user',
  roles: ['developer'],
  scopes: ['feature:read', 'feature:write'],
  project: 'default',
};

/** A feature subgraph in a process of its own, as it runs apart from the others, to be killed. */
export interface FeatureProcess {
  readonly pid: number;
  /** The status and body of a call; null where it died before it answered: what was asked may have been done or not. */
  post(path: string, type: string, body: string): Promise<{ status: number; body: any } | null>;
  /** As a crash would end it: no handler runs. */
  kill(): Promise<void>;
}

/** Runs the built feature subgraph over the data of a test; `dataDir` is the folder above its own. */
export async function startFeatureProcess(variables: {
  readonly DATABASE_URL: string;
  readonly TIFFIN_DATA_DIR: string;
  readonly [more: string]: string;
}): Promise<FeatureProcess> {
  const child = spawn(process.execPath, ['dist/subgraphs/feature/main.js'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...bareEnvironment(),
      TIFFIN_INTERNAL_SECRET: SECRET,
      PORT: '0',
      LOG_LEVEL: 'info',
      ...variables,
    },
  });
  const closed = once(child, 'close');
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    url = (JSON.parse(line) as { url?: string }).url ?? '';
    if (url !== '') break;
  }
  if (url === '') throw new Error('the feature subgraph did not start');
  child.stdout.resume();
  const authorization = `Bearer ${await signInternalToken(sender, new TextEncoder().encode(SECRET))}`;
  return {
    pid: child.pid ?? 0,
    post: async (path, type, body) => {
      try {
        const headers = { 'content-type': type, authorization };
        const answer = await fetch(new URL(path, url), { method: 'POST', headers, body });
        return { status: answer.status, body: await answer.json() };
      } catch {
        return null;
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
