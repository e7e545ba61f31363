import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { atEnd } from './at-end.ts';

/** Installs take a token for so long after its end, since clocks differ. */
const TOLERANCE_SECONDS = 30;
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

export interface SignInIssuer {
  readonly url: string;
  /** What people did: the challenge of the sign-in that they finished, as the issuer keeps it. */
  finish(authorizeUrl: string, person?: string): string;
  readonly asked: URLSearchParams[];
  /** For how many seconds installs take the tokens that it gives from now on. */
  givesTokensFor(seconds: number): void;
  /** What a person does with the code of a sign-in that began on another device; each question answers the next of `before`. */
  enter(person: string | null, ...before: string[]): void;
}

/** An issuer that says where one signs in, and gives a token for a code to whoever can prove that they asked for it. */
export async function startSignInIssuer(): Promise<SignInIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const codes = new Map<string, { challenge: string; person: string; redirect: string }>();
  const asked: URLSearchParams[] = [];
  const device: { person: string | null; before: string[] } = { person: null, before: [] };
  const tokenFor = async (form: URLSearchParams): Promise<object> => {
    asked.push(form);
    if (form.get('grant_type') === DEVICE_GRANT) {
      const error = form.get('device_code') === 'device-1' ? device.before.shift() : 'expired_token';
      if (error !== undefined) return { error };
      return device.person === null ? { error: 'access_denied' } : accessFor(device.person);
    }
    const known = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!known || proof !== known.challenge || form.get('redirect_uri') !== known.redirect)
      return { error: 'invalid_grant' };
    return accessFor(known.person);
  };
  let validSeconds = 300;
  const accessFor = async (person: string): Promise<object> => {
    const token = await new SignJWT({ roles: ['developer'] })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setSubject(person)
      .setIssuer(url())
      .setAudience('tiffin')
      .setExpirationTime(new Date(Date.now() + (validSeconds - TOLERANCE_SECONDS) * 1_000))
      .sign(privateKey);
    return { access_token: token, token_type: 'Bearer', expires_in: validSeconds };
  };
  const server: Server = createServer((request, response) => {
    if (request.url?.startsWith('/authorize?')) {
      // A browser comes here; whose it is, the issuer knows already.
      const from = new URL(request.url, url());
      const back = new URL(from.searchParams.get('redirect_uri')!);
      back.searchParams.set('code', finish(from.href));
      back.searchParams.set('state', from.searchParams.get('state')!);
      response.writeHead(302, { location: back.href }).end();
      return;
    }
    void answerOf(request).then((body) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
    );
  });
  const answerOf = async (request: IncomingMessage): Promise<object> => {
    if (request.url === '/keys') {
      return { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }] };
    }
    if (request.url === '/.well-known/openid-configuration') {
      return {
        authorization_endpoint: `${url()}/authorize?tenant=one`,
        token_endpoint: `${url()}/token`,
        device_authorization_endpoint: `${url()}/device`,
      };
    }
    let text = '';
    for await (const chunk of request) text += chunk;
    if (request.url === '/device') {
      asked.push(new URLSearchParams(text));
      const begun = { device_code: 'device-1', user_code: 'WDJB-MJHT', verification_uri: `${url()}/enter` };
      return { ...begun, expires_in: 30, interval: 0.01 };
    }
    return tokenFor(new URLSearchParams(text));
  };
  const finish: SignInIssuer['finish'] = (authorizeUrl, person = 'ann') => {
    const query = new URL(authorizeUrl).searchParams;
    const code = `code-${codes.size + 1}`;
    codes.set(code, {
      challenge: query.get('code_challenge')!,
      person,
      redirect: query.get('redirect_uri')!,
    });
    return code;
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url(),
    asked,
    givesTokensFor: (seconds) => void (validSeconds = seconds),
    enter: (person, ...before) => void Object.assign(device, { person, before }),
    finish,
  };
}
