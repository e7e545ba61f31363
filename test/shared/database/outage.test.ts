import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { emptyFolder, isRoot, query, startIn, usedFolder } from '../../support/embedded-folder.ts';
import { startNoteSubgraph, type NoteSubgraph } from '../../support/note-subgraph.ts';

async function notesOn(folder: string, settings: readonly string[] = []) {
  const server = await startIn(folder, { settings });
  const notes = await startNoteSubgraph(server.url('tiffin_owner'), server.url('tiffin_app'));
  onTestFinished(() => notes.stop());
  return { server, notes };
}

const away = { code: 'UNAVAILABLE', message: expect.stringContaining('try again') };

async function readiness(notes: NoteSubgraph): Promise<number> {
  return (await notes.subgraph.app.request('/readyz')).status;
}

describe('a subgraph whose Postgres', () => {
  it('is killed says UNAVAILABLE for what was under way, lives on, and works again by itself', async () => {
    const { server, notes } = await notesOn(await usedFolder());
    expect(await notes.ask('mutation { addNote(id: "before") }')).toEqual({ addNote: 'before' });
    const asleep = [1, 2, 3].map(() => notes.ask('{ notes(waitSeconds: 30) }'));
    // Holds a connection that does nothing when the server goes.
    const idle = notes.db.transaction(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    });
    idle.catch(() => undefined);
    await vi.waitFor(async () => {
      const [row] = await query(
        server.url('postgres'),
        "select count(*)::int as n from pg_stat_activity where query like '%from note, pg_sleep(%' and pid <> pg_backend_pid() and state = 'active'",
      );
      expect(row).toEqual({ n: 3 });
    });

    const { pid } = server;
    process.kill(pid, 'SIGKILL');
    for (const answer of await Promise.all(asleep)) expect(answer).toMatchObject(away);
    await expect(idle).rejects.toThrow(/terminated|not queryable/);

    await vi.waitFor(async () => expect(await notes.ask('{ notes(waitSeconds: 0) }')).toEqual({ notes: ['before'] }), {
      timeout: 15_000,
    });
    expect(server.pid).not.toBe(pid);
    expect(await notes.ask('mutation { addNote(id: "later") }')).toEqual({ addNote: 'later' });
    expect((await notes.put('last', 'x')).status).toBe(201);
  });

  it('cuts a transaction off gives its connection free: as many as there are, and closing ends', async () => {
    const { server, notes } = await notesOn(await usedFolder());
    for (let round = 0; round < 2; round++) {
      const cut = Array.from({ length: 8 }, () => notes.db.transaction((em) => em.execute('select pg_sleep(30)')));
      const failed = Promise.all(cut.map((one) => expect(one).rejects.toThrow(/terminat/)));
      await vi.waitFor(async () => {
        const sleeping = "select pid from pg_stat_activity where query = 'select pg_sleep(30)' and state = 'active'";
        expect(await query(server.url('postgres'), sleeping)).toHaveLength(8);
      });
      await query(
        server.url('postgres'),
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tiffin_app'",
      );
      await failed;
    }
    expect(await notes.ask('mutation { addNote(id: "after") }')).toEqual({ addNote: 'after' });
    await notes.stop();
  });

  it('is stopped says UNAVAILABLE at every door', async () => {
    const { server, notes } = await notesOn(await usedFolder());
    expect(await readiness(notes)).toBe(200);
    await server.stop();
    expect(await notes.ask('{ notes(waitSeconds: 0) }')).toMatchObject(away);
    expect(await notes.ask('mutation { addNote(id: "a") }')).toMatchObject(away);
    const answer = await notes.put('b', 'x');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'UNAVAILABLE', title: away.message });
    expect(await readiness(notes)).toBe(503);
  });

  it('loses one session to a crash goes on by itself', async () => {
    const { server, notes } = await notesOn(await usedFolder());
    await notes.ask('mutation { addNote(id: "before") }');
    const asleep = notes.ask('{ notes(waitSeconds: 30) }');
    const session = await vi.waitFor(async () => {
      const [row] = await query(
        server.url('postgres'),
        "select pid from pg_stat_activity where query like '%from note, pg_sleep(%' and pid <> pg_backend_pid() and state = 'active'",
      );
      return row!['pid'] as number;
    });
    const { pid } = server;
    process.kill(session, 'SIGKILL');
    expect(await asleep).toMatchObject(away);
    await vi.waitFor(async () => expect(await notes.ask('{ notes(waitSeconds: 0) }')).toEqual({ notes: ['before'] }), {
      timeout: 15_000,
    });
    expect(server.pid).toBe(pid);
  });
});

/** A disk of its own, so that it can be filled; undefined where this account may not mount one. */
function smallDisk(megabytes: number): string | undefined {
  const folder = join(emptyFolder(), 'disk');
  mkdirSync(folder);
  if (!isRoot || spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]).status !== 0)
    return undefined;
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return folder;
}

/** Takes all but so much of what is free. */
function fillUp(disk: string, leaveBytes: number): string {
  const { bavail, bsize } = statfsSync(disk);
  const filler = join(disk, 'filler');
  writeFileSync(filler, Buffer.alloc(bavail * bsize - leaveBytes, 1));
  return filler;
}

describe('a full disk', () => {
  it(
    'is STORAGE_FULL at every door, and writing goes on once there is room again',
    { timeout: 60_000 },
    async ({ skip }) => {
      const disk = smallDisk(256) ?? skip('this account can’t mount a small disk');
      const { notes } = await notesOn(disk);
      expect((await notes.put('before', 'x'.repeat(1_000))).status).toBe(201);
      const filler = fillUp(disk, 256 * 1024);
      const full = { code: 'STORAGE_FULL', message: expect.stringContaining('free some space') };

      // Random text: Postgres would press anything else into nothing.
      const large = randomText(4_000_000);
      const answer = await notes.put('large', large);
      expect(answer.status).toBe(507);
      expect(await answer.json()).toMatchObject({ code: 'STORAGE_FULL' });
      let refused: { code?: string } = {};
      for (let n = 0; refused.code === undefined && n < 3_000; n++) {
        refused = await notes.ask(`mutation { addNote(id: "small-${n}") }`);
      }
      expect(refused).toMatchObject(full);
      expect(await readiness(notes)).toBe(200);

      rmSync(filler);
      expect((await notes.put('large', large)).status).toBe(201);
      expect(await notes.ask('mutation { addNote(id: "after") }')).toEqual({ addNote: 'after' });
      const { notes: ids } = await notes.ask('{ notes(waitSeconds: 0) }');
      expect(ids).toEqual(expect.arrayContaining(['before', 'large', 'after']));
    },
  );

  it(
    'that takes Postgres down loses nothing acknowledged, and Postgres comes back once there is room',
    { timeout: 120_000 },
    async ({ skip }) => {
      const disk = smallDisk(256) ?? skip('this account can’t mount a small disk');
      const { notes } = await notesOn(disk, ['max_wal_size=32MB', 'min_wal_size=32MB']);
      expect((await notes.put('first', 'x')).status).toBe(201);
      const acknowledged = ['first'];
      const filler = fillUp(disk, 0);
      // Nothing but the log grows, until it needs another file.
      const growLog = "select pg_logical_emit_message(false, 'fill', repeat('x', 500000))";
      const statuses: number[] = [];
      while (!statuses.includes(503) && statuses.length < 1_000) {
        const id = `note-${statuses.length}`;
        const { status } = await notes.put(id, 'x');
        statuses.push(status);
        if (status === 201) acknowledged.push(id);
        await notes.db.query(growLog).catch(() => undefined);
      }
      expect(statuses).toContain(503);
      expect(acknowledged.length).toBeGreaterThan(3);

      rmSync(filler);
      await vi.waitFor(async () => expect((await notes.put(`back`, 'x')).status).toBe(201), {
        timeout: 60_000,
        interval: 100,
      });
      const { notes: ids } = await notes.ask('{ notes(waitSeconds: 0) }');
      expect(ids).toEqual(expect.arrayContaining([...acknowledged, 'back']));
    },
  );
});

const randomText = (characters: number): string =>
  Array.from({ length: Math.ceil(characters / 10) }, () =>
    Math.random().toString(36).slice(2, 12).padEnd(10, 'x'),
  ).join('');
