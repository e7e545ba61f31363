import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { DomainError } from '../core/errors.ts';
import { SCOPES } from '../subgraphs/shared/auth/actor.ts';
import { NODE_SCOPES } from '../core/scopes.ts';
import { sha256OfKey, StoredKeys, type StoredKey } from '../subgraphs/shared/auth/key-ring.ts';
import { validated } from '../schema/validated.ts';

/** What one install keeps for itself, made at the first start, readable by its user alone. */
export interface Secrets {
  readonly internalSecret: Uint8Array;
  readonly keys: readonly StoredKey[];
  readonly keysFile: string;
  /** The key under which the edge that `npm start` runs talks to the control plane. */
  readonly edgeKey: string;
  readonly edgeKeyFile: string;
  /** The private key that signs manifests, a JWK with its key id; public keys by key id are in `trustedKeysFile`. */
  readonly manifestKeyFile: string;
  readonly trustedKeysFile: string;
}

/** On loopback in dev mode, and only there, this key opens the whole data plane: it makes pasted commands work. */
export const DEV_KEY = 'tiffin-dev';

/**
 * On loopback in dev mode, and only there: the public key of pages that examples bring. It gets what a page needs, and is in the
 * open like every key in a page.
 */
export const DEV_PAGE_KEY = 'tiffin-dev-page';

/** Reads the secrets below `folder`, making what is not there yet. Throws FAILED_PRECONDITION for damaged files. */
export function openSecrets(folder: string, { dev }: { dev: boolean }): Secrets {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const internalSecret = openInternalSecret(join(folder, 'internal.secret'));
  const edgeKeyFile = join(folder, 'edge.key');
  const edgeKey = made(edgeKeyFile, () => `tfn_${randomBytes(24).toString('base64url')}`);
  const keysFile = join(folder, 'keys.json');
  const own: StoredKey[] = [
    { id: 'edge', sha256: sha256OfKey(edgeKey), scopes: [...NODE_SCOPES], project: 'default', trust: 'server' },
    ...(dev ? [devKey, devPageKey] : []),
  ];
  const keys = [...own, ...others(keysFile, own)];
  keep(keysFile, `${JSON.stringify(keys, undefined, 2)}\n`, 0o600);
  return { internalSecret, keys, keysFile, edgeKey, edgeKeyFile, ...openManifestKey(folder) };
}

function openInternalSecret(file: string): Uint8Array {
  const text = made(file, () => randomBytes(32).toString('hex'));
  // Read as hex, anything else is shorter, or nothing at all: a secret that everybody knows.
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  throw damaged(file, 'it does not hold 64 hexadecimal digits', 'Restore it, or move it away to have it made anew');
}

/** The trusted file holds raw Ed25519 public keys in base64 by key id, which is the start of the key's SHA-256. */
function openManifestKey(folder: string): { manifestKeyFile: string; trustedKeysFile: string } {
  const manifestKeyFile = join(folder, 'manifest-key.json');
  const trustedKeysFile = join(folder, 'trusted-keys.json');
  made(manifestKeyFile, newManifestKey);
  const { kid, x } = parsed(
    manifestKeyFile,
    ManifestKey,
    'Restore it; moved away it is made anew, and edges elsewhere must be told to trust the new one',
  );
  const trusted = existsSync(trustedKeysFile)
    ? parsed(trustedKeysFile, TrustedKeys, 'Mend it, or move it away to have it made anew')
    : {};
  const raw = Buffer.from(x, 'base64url').toString('base64');
  keep(trustedKeysFile, `${JSON.stringify({ ...trusted, [kid]: raw }, undefined, 2)}\n`, 0o644);
  return { manifestKeyFile, trustedKeysFile };
}

const ManifestKey = z.object({ kid: z.string(), x: z.string() });
const TrustedKeys = z.record(z.string(), z.string());

function newManifestKey(): string {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const kid = createHash('sha256')
    .update(Buffer.from(jwk.x ?? '', 'base64url'))
    .digest('hex')
    .slice(0, 16);
  return JSON.stringify({ ...jwk, kid });
}

const devKey: StoredKey = {
  id: 'dev',
  sha256: sha256OfKey(DEV_KEY),
  scopes: [...SCOPES],
  project: 'default',
  trust: 'server',
  owner: 'user:developer',
};

const devPageKey: StoredKey = {
  id: 'dev-page',
  sha256: sha256OfKey(DEV_PAGE_KEY),
  scopes: ['edge:deliver', 'edge:predict', 'experiment:evaluate', 'feature:read', 'monitoring:ingest'],
  project: 'default',
  trust: 'device',
};

/** Keys that somebody added to the file by hand stay; ours are written anew. The dev keys never outlive dev mode. */
function others(file: string, own: readonly StoredKey[]): StoredKey[] {
  if (!existsSync(file)) return [];
  const kept: readonly unknown[] = [...own.map(({ id }) => id), devKey.id, devPageKey.id];
  const remedy = 'Mend it, or move it away to have it made anew';
  // Ours are left out before anything is checked: they are written anew, whatever they lack.
  const entries = parsed(file, z.array(z.looseObject({ id: z.unknown() })), remedy);
  const theirs = entries.filter(({ id }) => !kept.includes(id));
  try {
    return validated(StoredKeys, theirs);
  } catch (error) {
    throw damaged(file, error instanceof Error ? error.message : 'it is damaged', remedy);
  }
}

function parsed<T>(file: string, schema: z.ZodType<T>, remedy: string): T {
  try {
    return validated(schema, JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw damaged(file, error instanceof Error ? error.message : 'it is damaged', remedy);
  }
}

const damaged = (file: string, why: string, remedy: string): DomainError =>
  new DomainError('FAILED_PRECONDITION', `${file} can't be read: ${why}. ${remedy}`);

/** Leaves what is right alone; whatever else comes in the place of the old in one step, since the disk may be full. */
function keep(file: string, text: string, mode: number): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  writeFileSync(`${file}.new`, text, { mode });
  renameSync(`${file}.new`, file);
}

function made(file: string, make: () => string): string {
  if (!existsSync(file)) keep(file, `${make()}\n`, 0o600);
  const text = readFileSync(file, 'utf8').trim();
  if (text === '') throw new DomainError('FAILED_PRECONDITION', `${file} is empty: move it away to have it made anew`);
  return text;
}
