import { SignedManifest, type Manifest } from '../../../schema/manifest.ts';

type PrivateKey = Parameters<typeof crypto.subtle.sign>[1];

/** A key that signs manifests; its id is what nodes are configured to trust. */
export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: PrivateKey;
}

/** Signs the exact bytes of the payload with each key: while keys rotate, the old and the new one. */
export async function signManifest(manifest: Manifest, keys: readonly SigningKey[]): Promise<SignedManifest> {
  const payload = new TextEncoder().encode(JSON.stringify(manifest));
  const signatures = await Promise.all(
    keys.map(async ({ keyId, privateKey }) => ({
      keyId,
      signature: toBase64(new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, payload))),
    })),
  );
  return SignedManifest.parse({ payload: toBase64(payload), signatures });
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

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCodePoint(byte);
  return btoa(text);
}
