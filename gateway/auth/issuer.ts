import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { DomainError } from '../../core/errors.ts';

/** How the gateway signs people in at the issuer. */
export interface SignInSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly scopes: string;
  /** Where browsers find this install: the issuer sends them back below it. */
  readonly publicUrl: string;
}

const Discovered = z.object({ authorization_endpoint: z.url(), token_endpoint: z.url() });
const Answered = z.object({ access_token: z.string(), expires_in: z.number().positive().optional() });
type Endpoints = z.infer<typeof Discovered>;

const TIMEOUT_MS = 10_000;

/** What a sign-in that has begun must remember until the browser comes back. */
export interface Begun {
  readonly url: string;
  readonly state: string;
  readonly verifier: string;
}

export interface Granted {
  readonly token: string;
  readonly seconds: number | undefined;
}

/** OAuth 2.1’s way for web pages: a code, and the proof (PKCE) that whoever brings it is whoever asked for it. */
export class IssuerSignIn {
  readonly #settings: SignInSettings;
  #endpoints: Promise<Endpoints> | undefined;

  constructor(settings: SignInSettings) {
    this.#settings = settings;
  }

  get callback(): string {
    return `${this.#settings.publicUrl}/auth/callback`;
  }

  async begin(): Promise<Begun> {
    const { clientId, scopes, audience } = this.#settings;
    const { authorization_endpoint: endpoint } = await this.#discovered();
    const state = randomBytes(24).toString('base64url');
    const verifier = randomBytes(48).toString('base64url');
    const url = new URL(endpoint);
    for (const [name, value] of Object.entries({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: this.callback,
      scope: scopes,
      audience,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })) {
      url.searchParams.set(name, value);
    }
    return { url: url.href, state, verifier };
  }

  /** The token for a code. Throws UNAUTHENTICATED where the issuer does not take it. */
  async redeem(code: string, verifier: string): Promise<Granted> {
    const { clientId, clientSecret } = this.#settings;
    const { token_endpoint: endpoint } = await this.#discovered();
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.callback,
      client_id: clientId,
      code_verifier: verifier,
      ...(clientSecret !== undefined && { client_secret: clientSecret }),
    });
    const answer = Answered.safeParse(await this.#json(endpoint, { method: 'POST', body }));
    if (!answer.success) throw new DomainError('UNAUTHENTICATED', 'the issuer did not take the code: sign in again');
    return { token: answer.data.access_token, seconds: answer.data.expires_in };
  }

  /** Read once; a failure is not kept. */
  #discovered(): Promise<Endpoints> {
    this.#endpoints ??= this.#discover().catch((error: unknown) => {
      this.#endpoints = undefined;
      throw error;
    });
    return this.#endpoints;
  }

  async #discover(): Promise<Endpoints> {
    const url = `${this.#settings.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const found = Discovered.safeParse(await this.#json(url));
    if (found.success) return found.data;
    throw new DomainError('UNAVAILABLE', `the issuer does not say at ${url} how one signs in`);
  }

  async #json(url: string, init: RequestInit = {}): Promise<unknown> {
    try {
      const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
      return (await answer.json()) as unknown;
    } catch {
      throw new DomainError('UNAVAILABLE', 'the issuer does not answer at the moment: try again');
    }
  }
}
