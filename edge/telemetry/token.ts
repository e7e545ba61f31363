const encoder = new TextEncoder();

/** Replaces a personal value by a token: the same for the same value and key, and of no use without the key. */
export class Tokenizer {
  readonly #key: ReturnType<typeof crypto.subtle.importKey>;

  constructor(secret: Uint8Array<ArrayBuffer>) {
    this.#key = crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  }

  /** `field` is part of the token, so that equal values of two fields cannot be told to be equal. */
  async token(field: string, value: string): Promise<string> {
    const mac = await crypto.subtle.sign('HMAC', await this.#key, encoder.encode(`${field}\0${value}`));
    return `tok_${Array.from(new Uint8Array(mac, 0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  }
}
