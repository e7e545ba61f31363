import { DomainError } from '../../core/errors.ts';

type PublicKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** The keys that may sign manifests and testers' tokens, by key id: they come by configuration, never from the server. */
export class TrustedKeys {
  #keys: ReadonlyMap<string, PublicKey> = new Map();

  /** From key id → raw Ed25519 public key in base64. Throws INVALID_INPUT that names a key that is none. */
  static async import(raw: Readonly<Record<string, string>>): Promise<TrustedKeys> {
    const trusted = new TrustedKeys();
    await trusted.replace(raw);
    return trusted;
  }

  /** Trusts these keys and no others from now on. Throws as `import` does, and then trusts whom it trusted before. */
  async replace(raw: Readonly<Record<string, string>>): Promise<void> {
    const keys = new Map<string, PublicKey>();
    for (const [keyId, base64] of Object.entries(raw)) {
      try {
        keys.set(keyId, await crypto.subtle.importKey('raw', bytesOfBase64(base64), 'Ed25519', false, ['verify']));
      } catch {
        throw new DomainError('INVALID_INPUT', `the trusted key "${keyId}" is not 32 bytes of Ed25519 in base64`, {
          field: keyId,
        });
      }
    }
    this.#keys = keys;
  }

  get ids(): readonly string[] {
    return [...this.#keys.keys()];
  }

  has(keyId: string): boolean {
    return this.#keys.has(keyId);
  }

  verifies(keyId: string, signature: string, payload: Uint8Array<ArrayBuffer>): Promise<boolean> {
    return this.verifiesBytes(keyId, bytesOfBase64(signature), payload);
  }

  async verifiesBytes(
    keyId: string,
    signature: Uint8Array<ArrayBuffer>,
    payload: Uint8Array<ArrayBuffer>,
  ): Promise<boolean> {
    const key = this.#keys.get(keyId);
    return key !== undefined && crypto.subtle.verify('Ed25519', key, signature, payload);
  }
}

export const bytesOfBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (char) => char.codePointAt(0) ?? 0);
