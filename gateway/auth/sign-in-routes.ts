import type { Context } from 'hono';
import * as z from 'zod';
import { DomainError } from '../../core/errors.ts';
import type { InternalSecret } from '../../subgraphs/shared/auth/internal-token.ts';
import { jsonBody, type DataPlane, type DataPlaneEnv } from '../../subgraphs/shared/http/data-plane.ts';
import { validated } from '../../schema/validated.ts';
import { IssuerSignIn, type SignInSettings } from './issuer.ts';
import { cookie, cookieIn, LOGIN_COOKIE, noCookie, SealedCookies, SESSION_COOKIE } from './session.ts';
import { requireOwnPage } from './own-page.ts';

type Ctx = Context<DataPlaneEnv>;

interface SignInOptions {
  readonly secret: InternalSecret;
  readonly settings: SignInSettings | undefined;
  /** Who holds a token. Throws UNAUTHENTICATED. */
  readonly verify: (token: string, c: Ctx) => Promise<unknown>;
}

const LOGIN_SECONDS = 600;
const SESSION_SECONDS = 8 * 3_600;
const SESSION = 'session';
const LOGIN = 'login';

const Secret = z.strictObject({ token: z.string().min(1) });
const DeviceCode = z.strictObject({ deviceCode: z.string().min(1).max(4_096) });
const Begun = z.object({ state: z.string(), verifier: z.string(), to: z.string() });

/** Only pages of the console: a link must not send people elsewhere after they signed in. */
const pageOf = (to: string | undefined): string =>
  to !== undefined && /^\/console(\/|\?|$)/.test(to) ? to : '/console';

/**
 * Signs people in for the console. The token stays with the gateway, sealed into a cookie that no script reads; every gateway
 * of the install can open it.
 */
export class SignIn {
  readonly #cookies: SealedCookies;
  readonly #issuer: IssuerSignIn | undefined;
  readonly #verify: SignInOptions['verify'];

  constructor({ secret, settings, verify }: SignInOptions) {
    this.#cookies = new SealedCookies(secret);
    this.#issuer = settings && new IssuerSignIn(settings);
    this.#verify = verify;
  }

  addRoutes(plane: DataPlane): void {
    plane.route({ method: 'GET', path: '/auth/login', scope: 'none' }, (c) => asPage(this.#login(c)));
    plane.route({ method: 'GET', path: '/auth/callback', scope: 'none' }, (c) => asPage(this.#callback(c)));
    plane.route({ method: 'POST', path: '/auth/token', scope: 'none' }, (c) => this.#token(c));
    plane.route({ method: 'POST', path: '/auth/logout', scope: 'none' }, signedOut);
    plane.route({ method: 'POST', path: '/auth/device', scope: 'none' }, () => this.#beginDevice());
    plane.route({ method: 'POST', path: '/auth/device/token', scope: 'none' }, (c) => this.#deviceToken(c));
  }

  /** The token of the session that a request comes with, if it has one. */
  async tokenOf(c: Ctx): Promise<string | undefined> {
    const session = await this.#cookies.open(SESSION, cookieIn(c.req.header('cookie'), SESSION_COOKIE));
    const token = session?.['token'];
    return typeof token === 'string' ? token : undefined;
  }

  async #login(c: Ctx): Promise<Response> {
    const { url, state, verifier } = await this.#held().begin();
    const to = pageOf(c.req.query('to'));
    const sealed = await this.#cookies.seal(LOGIN, { state, verifier, to }, LOGIN_SECONDS);
    return redirect(url, [cookie(LOGIN_COOKIE, sealed, { seconds: LOGIN_SECONDS, sameSite: 'Lax' })]);
  }

  #held(): IssuerSignIn {
    if (this.#issuer) return this.#issuer;
    throw new DomainError(
      'FAILED_PRECONDITION',
      'nobody can sign in at the issuer: set OIDC_CLIENT_ID and TIFFIN_PUBLIC_URL beside the other OIDC settings',
    );
  }

  /** For commands, which have no browser of their own: a person opens a page anywhere and enters the code. */
  async #beginDevice(): Promise<Response> {
    return answered(await this.#held().beginDevice(), 200);
  }

  async #deviceToken(c: Ctx): Promise<Response> {
    const { deviceCode } = validated(DeviceCode, await jsonBody(c));
    const granted = await this.#held().redeemDevice(deviceCode);
    if (typeof granted === 'string') return answered({ state: granted }, 202);
    await this.#verify(granted.token, c);
    return answered({ token: granted.token, expiresInSeconds: granted.seconds ?? null }, 200);
  }

  async #callback(c: Ctx): Promise<Response> {
    const begun = Begun.safeParse(await this.#cookies.open(LOGIN, cookieIn(c.req.header('cookie'), LOGIN_COOKIE)));
    const { code, state, error } = c.req.query();
    if (!this.#issuer || !begun.success || state !== begun.data.state) {
      throw new DomainError(
        'MALFORMED',
        'state: this answer of the issuer belongs to no sign-in of this browser: sign in again',
        {
          field: 'state',
        },
      );
    }
    if (code === undefined) {
      throw new DomainError(
        'MALFORMED',
        `code: the issuer let nobody in (${error ?? 'it says no reason'}): sign in again`,
        { field: 'code' },
      );
    }
    const { token, seconds } = await this.#issuer.redeem(code, begun.data.verifier);
    return redirect(begun.data.to, [await this.#session(c, token, seconds), noCookie(LOGIN_COOKIE)]);
  }

  /** For those who hold a token or a bootstrap secret: the way in before an issuer is set up. */
  async #token(c: Ctx): Promise<Response> {
    requireOwnPage(c);
    const { token } = validated(Secret, await jsonBody(c));
    return new Response(null, { status: 204, headers: { 'set-cookie': await this.#session(c, token) } });
  }

  async #session(c: Ctx, token: string, seconds: number = SESSION_SECONDS): Promise<string> {
    await this.#verify(token, c);
    const lasting = Math.min(Math.floor(seconds), SESSION_SECONDS);
    const sealed = await this.#cookies.seal(SESSION, { token }, lasting);
    return cookie(SESSION_COOKIE, sealed, { seconds: lasting, sameSite: 'Strict' });
  }
}

const signedOut = (): Response =>
  new Response(null, { status: 204, headers: { 'set-cookie': noCookie(SESSION_COOKIE) } });

/** Tokens and codes are for whoever asked, and for nobody on the way. */
const answered = (body: object, status: number): Response =>
  Response.json(body, { status, headers: { 'cache-control': 'no-store' } });

/** A browser that was sent here shows a page, not a problem: the console says in words what the code means. */
async function asPage(answer: Promise<Response>): Promise<Response> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return redirect(`/console?signin=${error.code}`, [noCookie(LOGIN_COOKIE)]);
  }
}

function redirect(to: string, cookies: readonly string[]): Response {
  const headers = new Headers({ location: to, 'cache-control': 'no-store' });
  for (const one of cookies) headers.append('set-cookie', one);
  return new Response(null, { status: 302, headers });
}
