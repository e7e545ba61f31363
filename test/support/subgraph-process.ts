import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { SUBGRAPHS, type SubgraphName } from '../../schema/nouns.ts';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { signInternalToken } from '../../subgraphs/shared/auth/internal-token.ts';
import { bareEnvironment } from './bare-environment.ts';
import { secret } from './registry.ts';
import type { TestDatabase } from './test-database.ts';

/** Thrown when the process died before it answered: what was asked may have been done or not. */
export class Unanswered extends Error {}

/** A subgraph in a process of its own, as it runs apart from the others, to be killed. */
export interface SubgraphProcess {
  readonly url: string;
  /** One mutation or query; answers its data. */
  ask(actor: Actor, query: string, variables?: object): Promise<any>;
  request(path: string, actor: Actor, init?: RequestInit): Promise<Response>;
  /** As a crash would end it: no handler runs. */
  kill(): Promise<void>;
}

/** Runs a built subgraph over the data of a test; `dataDir` is the folder above its own. Others are there where `variables` names them. */
export async function startSubgraphProcess(
  name: SubgraphName,
  database: TestDatabase,
  dataDir: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<SubgraphProcess> {
  const child = spawn(process.execPath, [`dist/subgraphs/${name}/main.js`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...bareEnvironment(),
      DATABASE_URL: database.appUrl,
      DATABASE_OWNER_URL: database.ownerUrl,
      TIFFIN_INTERNAL_SECRET: new TextDecoder().decode(secret),
      TIFFIN_DATA_DIR: dataDir,
      PORT: '0',
      ...Object.fromEntries(SUBGRAPHS.map((peer) => [`${peer.toUpperCase()}_URL`, 'http://127.0.0.1:1'])),
      ...variables,
    },
  });
  const closed = once(child, 'close');
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    url = (JSON.parse(line) as { url?: string }).url ?? '';
    if (url !== '') break;
  }
  if (url === '') throw new Error(`the process of ${name} did not start`);
  child.stdout.resume();
  const request = async (path: string, actor: Actor, init: RequestInit = {}): Promise<Response> => {
    const authorization = `Bearer ${await signInternalToken(actor, secret)}`;
    return fetch(new URL(path, url), {
      ...init,
      headers: { ...(init.headers as Record<string, string>), authorization },
    }).catch(() => {
      throw new Unanswered(path);
    });
  };
  return {
    url,
    request,
    ask: async (actor, query, input = {}) => {
      const answer = await request('/graphql', actor, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables: input }),
      });
      const { data, errors } = (await answer.json().catch(() => {
        throw new Unanswered(query);
      })) as { data: any; errors?: any[] };
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
