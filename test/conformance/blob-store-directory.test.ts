import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { BlobStore } from '../../subgraphs/shared/blob/blob-store.ts';
import { DirectoryBlobStore } from '../../subgraphs/shared/blob/directory-blob-store.ts';
import { blobStoreConformance } from './blob-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folders: string[] = [];
const roots = new WeakMap<BlobStore, string>();

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function fresh(): Promise<string> {
  const folder = temporaryFolder('blobs');
  folders.push(folder);
  return folder;
}

async function openIn(root: string): Promise<DirectoryBlobStore> {
  const store = await DirectoryBlobStore.open(root);
  roots.set(store, root);
  return store;
}

const rootOf = (store: BlobStore): string => roots.get(store)!;

async function bytesUnder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)));
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
}

blobStoreConformance({
  name: 'directory',
  open: async () => openIn(await fresh()),
  tamper: (store, sha256, bytes) => writeFile(join(rootOf(store), 'blobs', sha256.slice(0, 2), sha256), bytes),
  usedBytes: (store) => bytesUnder(rootOf(store)),
});

describe('the directory blob store, besides', () => {
  it('sweeps what a killed process left half-written, and leaves alone what may still be written', async () => {
    const root = await fresh();
    await mkdir(join(root, 'partial'), { recursive: true });
    await writeFile(join(root, 'partial', 'dead'), randomBytes(100));
    await writeFile(join(root, 'partial', 'alive'), randomBytes(70));
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
    await utimes(join(root, 'partial', 'dead'), twoDaysAgo, twoDaysAgo);
    await openIn(root);
    expect(await bytesUnder(root)).toBe(70);
  });

  it('finds what an earlier process stored', async () => {
    const root = await fresh();
    const stored = await (await openIn(root)).put([randomBytes(100)]);
    expect(await (await openIn(root)).stat(stored.sha256)).toEqual(stored);
  });

  it('keeps no file open for a reader who leaves before the first bytes', async (context) => {
    context.skip(process.platform !== 'linux', 'which files are open is read from /proc');
    const store = await openIn(await fresh());
    const { sha256 } = await store.put([randomBytes(100)]);
    for (let i = 0; i < 20; i++) await (await store.open(sha256)).stream.cancel();
    // Whatever was being opened is open by then.
    for (let i = 0; i < 20; i++) await store.read(sha256);
    const links = (await readdir('/proc/self/fd')).map((fd) => readlink(join('/proc/self/fd', fd)).catch(() => ''));
    expect((await Promise.all(links)).filter((path) => path.endsWith(sha256))).toEqual([]);
  });

  it('says STORAGE_FULL on a full disk, keeps nothing half and goes on when there is room', async (context) => {
    const root = await fresh();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root]);
    context.skip(mounted.status !== 0, 'a small disk cannot be mounted here: this takes root on Linux');
    try {
      const store = await openIn(root);
      const kept = await store.put([randomBytes(200_000)]);
      await expect(store.put([randomBytes(2_000_000)])).rejects.toMatchObject({ code: 'STORAGE_FULL', status: 507 });
      await expect(store.stage('big', [randomBytes(2_000_000)])).rejects.toMatchObject({ code: 'STORAGE_FULL' });
      expect(await bytesUnder(root)).toBe(200_000);
      expect((await store.read(kept.sha256)).length).toBe(200_000);
      expect((await store.put([randomBytes(100_000)])).sizeBytes).toBe(100_000);
    } finally {
      spawnSync('umount', [root]);
    }
  });
});
