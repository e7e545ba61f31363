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

const Discovered = z.object({
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  device_authorization_endpoint: z.url().optional(),
});
const DeviceAnswered = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string().optional(),
  expires_in: z.number().positive(),
  interval: z.number().positive().default(5),
});
const Refused = z.object({ error: z.string() });
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

/** A sign-in on another device that has begun (RFC 8628): who holds the code finishes it in any browser. */
export interface DeviceBegun {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  /** The same with the code in it, where the issuer gives one. */
  readonly verificationUriComplete: string | undefined;
  readonly expiresInSeconds: number;
  /** The least time between two questions. */
  readonly intervalSeconds: number;
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

  /** Begins a sign-in for whoever has no browser at hand. Throws FAILED_PRECONDITION where the issuer knows no such way. */
  async beginDevice(): Promise<DeviceBegun> {
    const { clientId, clientSecret, scopes, audience } = this.#settings;
    const { device_authorization_endpoint: endpoint } = await this.#discovered();
    if (endpoint === undefined) {
      throw new DomainError('FAILED_PRECONDITION', 'the issuer signs nobody in by a device code (RFC 8628)');
    }
    const asked = { client_id: clientId, scope: scopes, audience };
    const body = new URLSearchParams({ ...asked, ...(clientSecret !== undefined && { client_secret: clientSecret }) });
    const answer = DeviceAnswered.safeParse(await this.#json(endpoint, { method: 'POST', body }));
    if (!answer.success) throw new DomainError('UNAVAILABLE', 'the issuer begins no sign-in by a device code now');
    const { data } = answer;
    return {
      deviceCode: data.device_code,
      userCode: data.user_code,
      verificationUri: data.verification_uri,
      verificationUriComplete: data.verification_uri_complete,
      expiresInSeconds: data.expires_in,
      intervalSeconds: data.interval,
    };
  }

  /** The token of a device code; how it stands while nobody has finished. Throws UNAUTHENTICATED once nobody can any more. */
  async redeemDevice(deviceCode: string): Promise<Granted | 'PENDING' | 'SLOW_DOWN'> {
    const { clientId, clientSecret } = this.#settings;
    const { token_endpoint: endpoint } = await this.#discovered();
    const body = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: deviceCode,
      client_id: clientId,
      ...(clientSecret !== undefined && { client_secret: clientSecret }),
    });
    const answer = await this.#json(endpoint, { method: 'POST', body });
    const granted = Answered.safeParse(answer);
    if (granted.success) return { token: granted.data.access_token, seconds: granted.data.expires_in };
    const { error = 'it says no reason' } = Refused.safeParse(answer).data ?? {};
    if (error === 'authorization_pending') return 'PENDING';
    if (error === 'slow_down') return 'SLOW_DOWN';
    throw new DomainError('UNAUTHENTICATED', `deviceCode: the issuer let nobody in (${error}): sign in again`, {
      field: 'deviceCode',
    });
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
