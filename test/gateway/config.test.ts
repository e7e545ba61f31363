import { describe, expect, it } from 'vitest';
import { readConfig, readSplitConfig } from '../../gateway/config.ts';
import { DEFAULT_LIMITS } from '../../gateway/limits/limits.ts';
import { LONGEST_WAIT_MS } from '../../core/longest-wait.ts';

const problemsOf = (
  env: Record<string, string>,
  read: (env: Record<string, string>) => unknown = readConfig,
): string[] => {
  try {
    read(env);
    return [];
  } catch (error) {
    return (error as { details: { problems: { field: string }[] } }).details.problems.map(({ field }) => field);
  }
};
const secret = 's'.repeat(32);
const oidc = {
  OIDC_ISSUER: 'https://login.example.com',
  OIDC_AUDIENCE: 'tiffin',
  OIDC_JWKS_URL: 'https://login.example.com/keys',
};

const production = { MODE: 'production', TIFFIN_BOOTSTRAP_SECRET: secret };

describe('the settings of the gateway', () => {
  it('need nothing in dev mode: loopback, port 4000, the schema open', () => {
    expect(readConfig({})).toEqual({
      auth: { mode: 'dev', bootstrapSecret: undefined, oidc: undefined },
      host: '127.0.0.1',
      port: 4000,
      logLevel: 'info',
      planner: 'auto',
      limits: DEFAULT_LIMITS,
      subgraphTimeoutMs: 10_000,
      introspection: true,
      rateLimit: 0,
      corsOrigins: 'loopback',
    });
  });

  it.each(['0.0.0.0', '192.168.1.2', '::', 'example.com', 'localhost.example.com', '127.0.0.1.example.com'])(
    'refuse to listen on %s in dev mode',
    (HOST) => {
      expect(problemsOf({ HOST })).toEqual(['HOST']);
      expect(problemsOf({ HOST, MODE: 'production', TIFFIN_BOOTSTRAP_SECRET: secret })).toEqual([]);
    },
  );

  it.each(['localhost', '127.0.0.1', '127.0.0.53', '::1'])('let dev mode listen on %s', (HOST) => {
    expect(readConfig({ HOST }).host).toBe(HOST);
  });

  it('refuse production without an issuer or a bootstrap secret', () => {
    expect(problemsOf({ MODE: 'production' })).toEqual(['OIDC_ISSUER']);
    expect(readConfig({ MODE: 'production', TIFFIN_BOOTSTRAP_SECRET: secret })).toMatchObject({
      host: '0.0.0.0',
      introspection: false,
      auth: { mode: 'production', bootstrapSecret: secret },
    });
    expect(readConfig({ MODE: 'production', ...oidc }).auth.oidc).toEqual({
      issuer: 'https://login.example.com',
      audience: 'tiffin',
      jwksUrl: 'https://login.example.com/keys',
      rolesClaim: 'roles',
    });
    expect(readConfig({ ...oidc, OIDC_ROLES_CLAIM: 'a.b' }).auth.oidc?.rolesClaim).toBe('a.b');
  });

  it('refuse half an issuer, and a secret that can be guessed', () => {
    const { OIDC_AUDIENCE: _, ...half } = oidc;
    expect(problemsOf({ MODE: 'production', ...half })).toEqual(['OIDC_AUDIENCE']);
    expect(problemsOf({ TIFFIN_BOOTSTRAP_SECRET: 'hunter2' })).toEqual(['TIFFIN_BOOTSTRAP_SECRET']);
  });

  it('list everything that is wrong at once', () => {
    const env = {
      MODE: 'prod',
      PORT: '99999',
      LOG_LEVEL: 'loud',
      TIFFIN_PLANNER: 'rust',
      LIMIT_DEPTH: '0',
      SUBGRAPH_TIMEOUT_MS: 'soon',
      INTROSPECTION: 'yes',
      OIDC_JWKS_URL: 'ftp://x',
    };
    expect(problemsOf(env).toSorted()).toEqual(Object.keys(env).toSorted());
  });

  it('set every limit', () => {
    const { limits } = readConfig({
      LIMIT_TOKENS: '1',
      LIMIT_DEPTH: '2',
      LIMIT_ALIASES: '3',
      LIMIT_ROOT_FIELDS: '4',
      LIMIT_PAGE_SIZE: '5',
      LIMIT_COST: '6',
      LIMIT_TIME_MS: '25000',
      LIMIT_SUBSCRIPTIONS: '7',
      LIMIT_STALL_MS: '8',
    });
    expect(Object.values(limits)).toEqual([1, 2, 3, 4, 5, 6, 25_000, 7, 8]);
  });
});

describe('the time for a request', () => {
  it('is longer than what any change may take', () => {
    expect(readConfig({}).limits.maxTimeMs).toBeGreaterThan(LONGEST_WAIT_MS);
    expect(problemsOf({ LIMIT_TIME_MS: '24999' })).toEqual(['LIMIT_TIME_MS']);
    expect(() => readConfig({ LIMIT_TIME_MS: '24999' })).toThrow(
      'must be at least 25000, not 24999: waitMs lets a change take 20000 ms',
    );
    expect(problemsOf({ TIFFIN_MODEL_LIMIT_MS: '60000' }), 'models are loaded by jobs').toEqual([]);
  });
});

describe('the origins that may call', () => {
  it('are those of this machine in dev mode, and none in production', () => {
    expect(readConfig({}).corsOrigins).toBe('loopback');
    expect(readConfig(production).corsOrigins).toEqual([]);
  });

  it('are listed, or any in production alone', () => {
    const TIFFIN_CORS_ORIGINS = 'https://console.example, http://localhost:5173';
    expect(readConfig({ TIFFIN_CORS_ORIGINS }).corsOrigins).toEqual([
      'https://console.example',
      'http://localhost:5173',
    ]);
    expect(readConfig({ ...production, TIFFIN_CORS_ORIGINS: '*' }).corsOrigins).toBe('any');
    expect(problemsOf({ TIFFIN_CORS_ORIGINS: '*' })).toEqual(['TIFFIN_CORS_ORIGINS']);
    expect(problemsOf({ TIFFIN_CORS_ORIGINS: 'console.example' })).toEqual(['TIFFIN_CORS_ORIGINS']);
    expect(problemsOf({ TIFFIN_CORS_ORIGINS: 'https://console.example/' })).toEqual(['TIFFIN_CORS_ORIGINS']);
  });
});

describe('the rate of requests', () => {
  it('has no limit in dev mode and one in production', () => {
    expect([readConfig({}).rateLimit, readConfig(production).rateLimit]).toEqual([0, 3_000]);
    expect(readConfig({ TIFFIN_RATE_LIMIT: '5' }).rateLimit).toBe(5);
    expect(problemsOf({ TIFFIN_RATE_LIMIT: '-1' })).toEqual(['TIFFIN_RATE_LIMIT']);
  });
});

describe('the settings of a gateway in a process of its own', () => {
  it('name the subgraphs, on this machine unless they say otherwise', () => {
    const { urls } = readSplitConfig({ TIFFIN_INTERNAL_SECRET: secret, REGISTRY_URL: 'http://registry:80' });
    expect(Object.fromEntries(urls)).toEqual({
      feature: 'http://127.0.0.1:4001',
      registry: 'http://registry:80',
      experiment: 'http://127.0.0.1:4003',
      monitoring: 'http://127.0.0.1:4004',
    });
  });

  it('refuse what is no URL, and a missing or short secret', () => {
    expect(problemsOf({ FEATURE_URL: 'feature:4001' }, readSplitConfig)).toEqual([
      'FEATURE_URL',
      'TIFFIN_INTERNAL_SECRET',
    ]);
    expect(problemsOf({ TIFFIN_INTERNAL_SECRET: 'short' }, readSplitConfig)).toEqual(['TIFFIN_INTERNAL_SECRET']);
  });
});
