import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FoldedLog, OnlineEntry } from '../../domain/online-store.ts';
import type { StoredWindow } from './memory-windows.ts';

const MAGIC = 'tiffin-online-4\n';
const DIGEST_BYTES = 32;
const FLUSH_BYTES = 1 << 20;

/** What of a snapshot's entries are windows, and what says who used a value, is told by places that no row of the log has. */
const WINDOW_PLACE = -1;
const USES_PLACE = -2;
const placedAt = ({ view, key, bytes }: StoredWindow, place: number): OnlineEntry => ({
  view,
  key,
  block: bytes,
  seq: place,
  ordinal: place,
  evictAtMs: null,
});

/** What a snapshot holds, in the order in which it is written. */
interface Held {
  readonly entries: Iterable<OnlineEntry>;
  readonly windows?: Iterable<StoredWindow>;
  readonly uses?: Iterable<StoredWindow>;
}

/** One entry: lengths of view, key and block, place, eviction time, then the three. */
const HEADER_BYTES = 36;

function encodeEntry({ view, key, block, seq, ordinal, evictAtMs }: OnlineEntry): Buffer {
  const [viewBytes, keyBytes] = [Buffer.from(view), Buffer.from(key)];
  const entry = Buffer.allocUnsafe(HEADER_BYTES + viewBytes.length + keyBytes.length + block.length);
  entry.writeUInt32LE(viewBytes.length, 0);
  entry.writeUInt32LE(keyBytes.length, 4);
  entry.writeUInt32LE(block.length, 8);
  entry.writeDoubleLE(seq, 12);
  entry.writeDoubleLE(ordinal, 20);
  entry.writeDoubleLE(evictAtMs ?? Infinity, 28);
  viewBytes.copy(entry, HEADER_BYTES);
  keyBytes.copy(entry, HEADER_BYTES + viewBytes.length);
  entry.set(block, HEADER_BYTES + viewBytes.length + keyBytes.length);
  return entry;
}

/** Writes a snapshot aside and puts it in the place of the last one in one step. Writes to the store go on meanwhile. */
export async function writeSnapshot(path: string, position: FoldedLog, held: Held): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  const file = await open(partial, 'w');
  try {
    const hash = createHash('sha256');
    const write = async (bytes: Buffer): Promise<void> => {
      hash.update(bytes);
      await file.write(bytes);
    };
    await write(Buffer.from(`${MAGIC}${JSON.stringify(position)}\n`));
    let [pending, pendingBytes]: [Buffer[], number] = [[], 0];
    for (const entry of inOrder(held)) {
      const bytes = encodeEntry(entry);
      pending.push(bytes);
      pendingBytes += bytes.length;
      if (pendingBytes < FLUSH_BYTES) continue;
      await write(Buffer.concat(pending));
      [pending, pendingBytes] = [[], 0];
      await nextTurn();
    }
    await write(Buffer.concat(pending));
    await file.write(hash.digest());
    await file.sync();
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(partial, path);
}

function* inOrder({ entries, windows = [], uses = [] }: Held): Iterable<OnlineEntry> {
  yield* entries;
  for (const window of windows) yield placedAt(window, WINDOW_PLACE);
  for (const use of uses) yield placedAt(use, USES_PLACE);
}

/** The last snapshot, or null where there is none or its bytes are not those that were written. */
export async function readSnapshot(path: string): Promise<{
  readonly position: FoldedLog;
  readonly entries: readonly OnlineEntry[];
  readonly windows: readonly StoredWindow[];
  readonly uses: readonly StoredWindow[];
} | null> {
  const bytes = await readFile(path).catch(() => null);
  if (!bytes || bytes.length < MAGIC.length + DIGEST_BYTES) return null;
  const body = bytes.subarray(0, bytes.length - DIGEST_BYTES);
  const digest = createHash('sha256').update(body).digest();
  if (!digest.equals(bytes.subarray(body.length)) || !body.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC))) {
    return null;
  }
  const end = body.indexOf(10, MAGIC.length);
  const position = JSON.parse(body.toString('utf8', MAGIC.length, end)) as FoldedLog;
  const all = [...entriesOf(body, end + 1)];
  const placed = (place: number): StoredWindow[] =>
    all.filter(({ seq }) => seq === place).map(({ view, key, block }) => ({ view, key, bytes: block }));
  return {
    position,
    entries: all.filter(({ seq }) => seq >= 0),
    windows: placed(WINDOW_PLACE),
    uses: placed(USES_PLACE),
  };
}

function* entriesOf(body: Buffer, start: number): Iterable<OnlineEntry> {
  for (let at = start; at < body.length;) {
    const viewEnd = at + HEADER_BYTES + body.readUInt32LE(at);
    const keyEnd = viewEnd + body.readUInt32LE(at + 4);
    const end = keyEnd + body.readUInt32LE(at + 8);
    const evictAtMs = body.readDoubleLE(at + 28);
    yield {
      view: body.toString('utf8', at + HEADER_BYTES, viewEnd),
      key: body.toString('utf8', viewEnd, keyEnd),
      // A copy: a block would otherwise keep the whole file in memory.
      block: new Uint8Array(body.subarray(keyEnd, end)),
      seq: body.readDoubleLE(at + 12),
      ordinal: body.readDoubleLE(at + 20),
      evictAtMs: evictAtMs === Infinity ? null : evictAtMs,
    };
    at = end;
  }
}
