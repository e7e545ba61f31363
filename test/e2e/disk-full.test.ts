import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallDisk } from '../edge/support/disk.ts';
import { startInstall, type OneProcessInstall } from '../support/install.ts';
import { runToEnd } from '../support/part.ts';
import { eventually } from '../support/story.ts';
import { answered, keptFacts, makeUsed, untilServing, untilStored } from '../support/used-install.ts';

const disk = smallDisk(400 * 1024);

/** Takes all the room there is, to the last byte. */
function fill(path: string): void {
  const file = openSync(path, 'a');
  for (let bytes = 1 << 20; bytes >= 1; bytes = Math.floor(bytes / 4)) {
    const block = Buffer.alloc(bytes);
    try {
      for (;;) writeSync(file, block);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
  closeSync(file);
}

describe.skipIf(disk === null)('a disk that runs full under npm start', { timeout: 180_000 }, () => {
  const folder = disk?.folder ?? '';
  const filler = join(folder, 'filler');
  const kept: string[] = [];
  /** Of all answered predictions. */
  const ids: string[] = [];
  let install: OneProcessInstall;
  let facts: any;
  let tried = 0;

  /** Defines one more entity; null when it was acknowledged, otherwise the refusal. */
  const define = async (): Promise<{ code: string; message: string } | null> => {
    const name = `e${tried++}`;
    const input = { name, description: 'x'.repeat(1_000), joinKeys: [{ name: 'id', dtype: 'STRING' }] };
    const mutation = 'mutation ($input: DefineEntityInput!) { defineEntity(input: $input) { entity { id } } }';
    const { errors } = await install.graphql(mutation, { input });
    if (!errors) kept.push(name);
    return errors ? { code: errors[0].extensions.code, message: errors[0].message } : null;
  };
  const definedHere = async (): Promise<string[]> => {
    const names: string[] = [];
    for (let after: string | null = null; ;) {
      const query = `query ($after: String) { entities(first: 100, after: $after) { edges { node { name } } pageInfo { hasNextPage endCursor } } }`;
      const { data } = await install.graphql(query, { after });
      names.push(...data.entities.edges.map(({ node }: any) => node.name));
      if (!data.entities.pageInfo.hasNextPage) return names.filter((name) => /^e\d/.test(name)).toSorted();
      after = data.entities.pageInfo.endCursor;
    }
  };

  beforeAll(async () => {
    const env = {
      TIFFIN_SOURCE_DIRS: `${folder}:${tmpdir()}`,
      TIFFIN_EDGE_POLL_MS: '100',
      TIFFIN_EDGE_SHIP_MS: '100',
      TIFFIN_EDGE_HEARTBEAT_MS: '200',
    };
    install = await startInstall({ dataDir: join(folder, 'data'), env });
    await makeUsed(install);
    ids.push(await answered(install, 1));
    await untilStored(install, ids);
    facts = await keptFacts(install);
  }, 120_000);
  afterAll(async () => {
    await install?.stop();
    disk?.remove();
  });

  it('refuses what it cannot keep, says what to do, and goes on answering', async () => {
    const edge = readFileSync(join(install.dataDir, 'edge.pid'), 'utf8');
    fill(filler);
    const refusals: unknown[] = [];
    for (let i = 0; i < 5_000 && refusals.length < 10; i++) {
      const refusal = await define();
      if (refusal) refusals.push(refusal);
    }
    expect(new Set(refusals.map((refusal) => JSON.stringify(refusal)))).toEqual(
      new Set([
        JSON.stringify({
          code: 'STORAGE_FULL',
          message: 'the storage is full: nothing of this was kept; free some space and try again',
        }),
      ]),
    );
    // The recipe says DROP: an answer is worth more than its record.
    for (let i = 0; i < 20; i++) ids.push(await answered(install, i));
    expect((await keptFacts(install)) as any).toMatchObject({ onlineFeatures: facts.onlineFeatures });
    expect(readFileSync(join(install.dataDir, 'edge.pid'), 'utf8')).toBe(edge);
  });

  it('takes up again by itself when there is room, with all that was acknowledged and an account that closes', async () => {
    rmSync(filler);
    await eventually(async () => expect(await define()).toBeNull(), 40_000);
    expect(await definedHere()).toEqual(kept.toSorted());
    ids.push(await answered(install, 21));
    await untilStored(install, [ids.at(-1)!]);
    const query = `{ edgeNodes(first: 1) { edges { node { accounting {
      answered stored queued balanced droppedByReason { name count } } } } } }`;
    await eventually(async () => {
      const { data } = await install.graphql(query, {}, 'viewer');
      const { droppedByReason, ...account } = data.edgeNodes.edges[0].node.accounting;
      const dropped = droppedByReason[0]?.count ?? 0;
      expect(account).toEqual({ answered: ids.length, stored: ids.length - dropped, queued: 0, balanced: true });
      expect(dropped).toBeGreaterThan(0);
      expect(droppedByReason).toEqual([{ name: 'DISK_FULL', count: dropped }]);
    }, 40_000);
  });

  it('ends in order on a full disk, does not start on one, says why, and starts when there is room', async () => {
    fill(filler);
    expect(await install.stop()).toBe(0);
    fill(filler);
    const env = { TIFFIN_DATA_DIR: install.dataDir, PORT: '0', TIFFIN_EDGE: 'false' };
    const { code, said } = await runToEnd('dist/main.js', env);
    expect(said).toMatch(/full[^]*free some space and (start|try) again/);
    expect(said).not.toMatch(/^ {4}at /m);
    expect(code).toBe(1);

    rmSync(filler);
    install = await install.again();
    await untilServing(install);
    expect(await definedHere()).toEqual(kept.toSorted());
    const now: any = await keptFacts(install);
    expect(now.deployment).toEqual(facts.deployment);
    expect(now.onlineFeatures).toEqual(facts.onlineFeatures);
    expect(now.verifyAudit).toMatchObject({ ok: true });
  });
});
