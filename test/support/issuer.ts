import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { OidcSettings } from '../../subgraphs/shared/auth/oidc.ts';
import { atEnd } from './at-end.ts';

export interface TestIssuer {
  readonly settings: OidcSettings;
  tokenFor(person: string, roles: readonly string[]): Promise<string>;
}

/** An issuer of tokens that publishes its keys over HTTP, until the test or the test file ends. */
export async function startTestIssuer(): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }] };
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(keys)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = 'https://login.example.com/';
  const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  return {
    settings: { issuer, audience: 'tiffin', jwksUrl, rolesClaim: 'roles' },
    tokenFor: (person, roles) =>
      new SignJWT({ roles })
        .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
        .setSubject(person)
        .setIssuer(issuer)
        .setAudience('tiffin')
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(privateKey),
  };
}
