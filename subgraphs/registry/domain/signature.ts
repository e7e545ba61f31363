import { SignedManifest, type Manifest } from '../../../schema/manifest.ts';

type PrivateKey = Parameters<typeof crypto.subtle.sign>[1];

/** A key that signs manifests; its id is what nodes are configured to trust. */
export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: PrivateKey;
  /** Raw, in base64. */
  readonly publicKey: string;
}

export interface Signature {
  readonly keyId: string;
  readonly signature: string;
}

/** Signs the exact bytes of the payload with each key: while keys rotate, the old and the new one. */
export async function signManifest(manifest: Manifest, keys: readonly SigningKey[]): Promise<SignedManifest> {
  const payload = new TextEncoder().encode(JSON.stringify(manifest));
  return SignedManifest.parse({ payload: toBase64(payload), signatures: await signaturesOf(payload, keys) });
}

export const signaturesOf = (payload: Uint8Array<ArrayBuffer>, keys: readonly SigningKey[]): Promise<Signature[]> =>
  Promise.all(
    keys.map(async ({ keyId, privateKey }) => ({
      keyId,
      signature: toBase64(new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, payload))),
    })),
  );

/** Whether one of the signatures is that of a trusted key: raw Ed25519 public keys in base64, by key id. */
export async function isSignedBy(
  trusted: ReadonlyMap<string, string>,
  payload: Uint8Array<ArrayBuffer>,
  signatures: readonly Signature[],
): Promise<boolean> {
  for (const { keyId, signature } of signatures) {
    const raw = trusted.get(keyId);
    if (raw === undefined) continue;
    const key = await crypto.subtle.importKey('raw', fromBase64(raw), 'Ed25519', false, ['verify']);
    if (await crypto.subtle.verify('Ed25519', key, fromBase64(signature), payload)) return true;
  }
  return false;
}

export interface Signed {
  readonly keyId: string;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** Signs by the first of the keys: while they rotate, the one that every node trusts already. */
export async function signBytes(bytes: Uint8Array<ArrayBuffer>, [key]: readonly SigningKey[]): Promise<Signed> {
  if (!key) throw new Error('there is no signing key');
  return { keyId: key.keyId, signature: new Uint8Array(await crypto.subtle.sign('Ed25519', key.privateKey, bytes)) };
}
const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (char) => char.codePointAt(0) ?? 0);

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCodePoint(byte);
  return btoa(text);
}
