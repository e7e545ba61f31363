import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { PostgresHome } from './home.ts';
import { becomesReady } from './server.ts';
import { isAlive, runningPostmaster, type Postmaster } from './postmaster.ts';

/** The server that a killed process left, once it takes connections; undefined for none, and for one that just ends. */
export async function adoptServer(
  home: PostgresHome,
  urlAt: (port: number) => string,
): Promise<Postmaster | undefined> {
  const left = runningPostmaster(home.dataDir);
  if (!left || !(await becomesReady(left, home))) return undefined;
  while (isAlive(left)) {
    const port = runningPostmaster(home.dataDir)?.port;
    if (port !== undefined && (await takesConnections(urlAt(port)))) return { ...left, port };
    await sleep(20);
  }
  return undefined;
}

async function takesConnections(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (error) {
    // A wrong password is an answer too.
    return (error as { code?: string }).code === '28P01';
  } finally {
    await client.end().catch(() => undefined);
  }
}
