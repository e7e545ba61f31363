import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Manifest, SignedManifest } from '../../../../schema/manifest.ts';
import { writeFileAtomically } from '../../../shared/atomic-file.ts';
import type { IssuedManifest } from '../serving/manifest.ts';

/** A manifest as it is delivered. */
export interface Delivered {
  /** The signed envelope, byte for byte. */
  readonly body: string;
  readonly etag: string;
  readonly revision: number;
  readonly blobs: ReadonlySet<string>;
}

type Listener = (revision: number) => void;

const Committed = z.object({ revision: z.int().positive(), blobs: z.array(z.string()) });

/**
 * The committed manifests as files, `<project>/<audience>.json` with what it may fetch beside it: delivery reads only
 * these, and so survives the database. Any web server can deliver them as they are.
 */
export class ManifestFiles {
  readonly #folder: string;
  readonly #held = new Map<string, Delivered>();
  readonly #listeners = new Map<string, Set<Listener>>();
  #turn: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads what earlier processes committed. */
  async load(): Promise<void> {
    for (const project of await namesIn(this.#folder)) {
      for (const name of await namesIn(join(this.#folder, project))) {
        const audience = /^([a-z0-9-]+)\.json$/.exec(name)?.[1];
        if (audience === undefined) continue;
        const found = await this.#read(project, audience);
        if (found) this.#held.set(keyOf(decodeURIComponent(project), audience), found);
      }
    }
  }

  revisionOf(project: string, audience: string): number {
    return this.#held.get(keyOf(project, audience))?.revision ?? 0;
  }

  find(project: string, audience: string): Delivered | undefined {
    return this.#held.get(keyOf(project, audience));
  }

  /** Whether some manifest of the project other than the servers' leads to the blob. */
  isForDevices(project: string, sha256: string): boolean {
    const prefix = keyOf(project, '');
    return [...this.#held].some(
      ([key, { blobs }]) => key.startsWith(prefix) && key !== keyOf(project, 'server') && blobs.has(sha256),
    );
  }

  /** Puts a manifest in place of an older one: whoever reads gets the old or the new one, whole. */
  commit(manifest: IssuedManifest): Promise<void> {
    const mine = this.#turn.then(() => this.#write(manifest));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #write({ project, audience, revision, envelope, blobs }: IssuedManifest): Promise<void> {
    if (revision <= this.revisionOf(project, audience)) return;
    const body = JSON.stringify(envelope);
    const place = join(this.#folder, encodeURIComponent(project), audience);
    // The list first: a manifest must never lead to blobs that may not be fetched.
    await writeFileAtomically(`${place}.blobs.json`, JSON.stringify({ revision, blobs }));
    await writeFileAtomically(`${place}.json`, body);
    const key = keyOf(project, audience);
    this.#held.set(key, delivered(body, revision, blobs));
    for (const tell of this.#listeners.get(key) ?? []) tell(revision);
  }

  /** Calls back at each new revision until the returned function is called. */
  listen(project: string, audience: string, listener: Listener): () => void {
    const key = keyOf(project, audience);
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** A damaged file counts as none: the database still has what it held, and writes it anew. */
  async #read(project: string, audience: string): Promise<Delivered | undefined> {
    const place = join(this.#folder, project, audience);
    try {
      const body = await readFile(`${place}.json`, 'utf8');
      const { payload } = SignedManifest.parse(JSON.parse(body));
      const { revision } = Manifest.parse(JSON.parse(Buffer.from(payload, 'base64').toString()));
      const { blobs } = Committed.parse(JSON.parse(await readFile(`${place}.blobs.json`, 'utf8')));
      return delivered(body, revision, blobs);
    } catch {
      return undefined;
    }
  }
}

const keyOf = (project: string, audience: string): string => `${encodeURIComponent(project)}/${audience}`;

const delivered = (body: string, revision: number, blobs: readonly string[]): Delivered => ({
  body,
  revision,
  etag: `"${createHash('sha256').update(body).digest('hex')}"`,
  blobs: new Set(blobs),
});

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
