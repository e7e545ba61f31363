import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { writeFileAtomically } from '../../../shared/atomic-file.ts';
import type { SigningKey } from '../../domain/signature.ts';

const Jwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
  kid: z.string().min(1).optional(),
});
type Jwk = z.infer<typeof Jwk>;

/** One key, or several while they are rotated: each signs. */
const KeyFile = z.union([
  Jwk.transform((key) => [key]),
  z.object({ keys: z.array(Jwk).min(1) }).transform(({ keys }) => keys),
]);

/**
 * Reads the Ed25519 keys that sign manifests or checkpoints, and writes their public halves beside them, raw in base64 by key id: what
 * nodes are configured to trust. A missing file is made where `make` allows it. Throws FAILED_PRECONDITION.
 */
export async function openSigningKeys(
  file: string,
  { make, field = 'TIFFIN_SIGNING_KEY_FILE' }: { readonly make: boolean; readonly field?: string },
): Promise<readonly SigningKey[]> {
  const unusable = (why: string): DomainError =>
    new DomainError('FAILED_PRECONDITION', `${field}: the signing key ${file} can't be used: ${why}`, { field });
  const text = await readFile(file, 'utf8').catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw unusable(error.message);
    if (!make) throw unusable('it is not there, and is made by itself only in dev mode');
    const made = JSON.stringify(await newKey(), undefined, 2);
    await writeFileAtomically(file, `${made}\n`, 0o600);
    return made;
  });
  const keys = readKeys(text);
  if (!keys) throw unusable('it holds no Ed25519 private key as JWK');
  const published = keys.map((key) => [key.kid ?? idOf(key.x), publicOf(key)] as const);
  await writeFileAtomically(`${file}.pub.json`, `${JSON.stringify(Object.fromEntries(published), undefined, 2)}\n`);
  return Promise.all(
    keys.map(async ({ kty, crv, x, d, kid }) => ({
      keyId: kid ?? idOf(x),
      privateKey: await crypto.subtle.importKey('jwk', { kty, crv, x, d }, 'Ed25519', false, ['sign']),
      publicKey: publicOf({ x }),
    })),
  );
}

function readKeys(text: string): readonly Jwk[] | undefined {
  try {
    return KeyFile.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function newKey(): Promise<Jwk> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('Ed25519 gives a pair of keys');
  const { kty, crv, x, d } = Jwk.parse(await crypto.subtle.exportKey('jwk', pair.privateKey));
  return { kty, crv, x, d, kid: idOf(x) };
}

const publicOf = ({ x }: Pick<Jwk, 'x'>): string => Buffer.from(x, 'base64url').toString('base64');

/** The start of the key's SHA-256: enough to tell a few keys apart. */
const idOf = (x: string): string => createHash('sha256').update(Buffer.from(x, 'base64url')).digest('hex').slice(0, 16);
