import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../edge/adapters/node/config.ts';

const good = {
  TIFFIN_CONTROL_URL: 'http://127.0.0.1:4000',
  TIFFIN_EDGE_KEY: 'k',
  TIFFIN_KEYS_FILE: '/k.json',
  TIFFIN_TRUSTED_KEYS_FILE: '/t.json',
  TIFFIN_EDGE_DATA_DIR: '/data',
};

describe('the settings of an edge', () => {
  it('are few that must be given', () => {
    expect(readConfig(good)).toMatchObject({
      mode: 'dev',
      host: '127.0.0.1',
      port: 4100,
      audience: 'server',
      environment: 'production',
      fsyncMs: 1_000,
      featureFreshMs: 0,
      redisUrls: null,
      logFile: null,
    });
  });

  it.each(['shop.example', 'https://shop.example/', 'https://shop.example,nonsense'])(
    'do not take %s for origins',
    (origins) =>
      expect(() => readConfig({ ...good, TIFFIN_EDGE_CORS_ORIGINS: origins })).toThrow(
        /TIFFIN_EDGE_CORS_ORIGINS.*is not the origin of a page/,
      ),
  );

  it('are all read', () => {
    const config = readConfig({
      ...good,
      MODE: 'production',
      TIFFIN_EDGE_HOST: '0.0.0.0',
      TIFFIN_EDGE_PORT: '1',
      TIFFIN_EDGE_KEY: '',
      TIFFIN_EDGE_KEY_FILE: '/key',
      FEATURE_URL: 'http://features',
      TIFFIN_EDGE_AUDIENCE: 'phones',
      TIFFIN_EDGE_NODE: 'n',
      TIFFIN_ENVIRONMENT: 'staging',
      TIFFIN_EDGE_PERSONAL_KEY_FILE: '/p',
      TIFFIN_EDGE_CORS_ORIGINS: 'https://shop.example, http://localhost:5173',
      TIFFIN_EDGE_RATE_LIMIT: '12',
      TIFFIN_EDGE_QUEUE_RECORDS: '2',
      TIFFIN_EDGE_QUEUE_BYTES: '3000',
      TIFFIN_EDGE_FSYNC_MS: '4',
      TIFFIN_EDGE_POLL_MS: '50',
      TIFFIN_EDGE_SHIP_MS: '60',
      TIFFIN_EDGE_HEARTBEAT_MS: '70',
      TIFFIN_EDGE_REDIS_URL: 'redis://edge:secret@redis:6379',
      TIFFIN_EDGE_FEATURE_FRESH_MS: '8',
      TIFFIN_EDGE_FEATURE_KEEP_MS: '9',
      TIFFIN_EDGE_SNAPSHOT_BYTES: '5000',
      TIFFIN_EDGE_MAX_SESSIONS: '10',
      TIFFIN_EDGE_DEVICE_RATE_LIMIT: '3',
      TIFFIN_EDGE_KEY_DAYS: '7',
      TIFFIN_EDGE_MAX_MODEL_BYTES: '1000',
      TIFFIN_EDGE_ENGINE: 'tabular',
      TIFFIN_EDGE_COMPARE_EVERY: '14',
      LOG_LEVEL: 'warn',
      TIFFIN_EDGE_PROFILE_MS: '11',
      TIFFIN_EDGE_PROFILE_BYTES: '12',
      TIFFIN_EDGE_SHADOW_QUEUE: '9',
      TIFFIN_EDGE_SHADOW_BUDGET_MS: '250',
      TIFFIN_EDGE_LOG_FILE: '/log',
      TIFFIN_EDGE_PAGES_DIR: '/pages',
    });
    expect(config).toEqual({
      mode: 'production',
      host: '0.0.0.0',
      port: 1,
      registryUrl: 'http://127.0.0.1:4000',
      featureUrl: 'http://features',
      monitoringUrl: 'http://127.0.0.1:4000',
      key: null,
      keyFile: '/key',
      enrolToken: null,
      enrolTokenFile: null,
      keyDays: 7,
      audience: 'phones',
      node: 'n',
      keysFile: '/k.json',
      trustedKeysFile: '/t.json',
      dataDir: '/data',
      environment: 'staging',
      pagesDir: '/pages',
      personalKeyFile: '/p',
      corsOrigins: ['https://shop.example', 'http://localhost:5173'],
      rateLimit: 12,
      deviceRateLimit: 3,
      queueRecords: 2,
      queueBytes: 3_000,
      fsyncMs: 4,
      pollMs: 50,
      shipMs: 60,
      heartbeatMs: 70,
      featureFreshMs: 8,
      featureKeepMs: 9,
      snapshotBytes: 5_000,
      maxSessions: 10,
      maxModelBytes: 1_000,
      engine: 'tabular',
      compareEvery: 14,
      profileMs: 11,
      profileBytes: 12,
      shadowQueue: 9,
      shadowBudgetMs: 250,
      logLevel: 'warn',
      redisUrls: ['redis://edge:secret@redis:6379'],
      logFile: '/log',
    });
  });

  it('are refused all at once, each by its name', () => {
    const wrong = {
      MODE: 'prod',
      TIFFIN_EDGE_PORT: '70000',
      TIFFIN_EDGE_FSYNC_MS: 'soon',
      TIFFIN_CONTROL_URL: 'ftp://x',
    };
    const others = ['TIFFIN_EDGE_KEY', 'TIFFIN_KEYS_FILE', 'TIFFIN_TRUSTED_KEYS_FILE', 'TIFFIN_EDGE_DATA_DIR'];
    for (const name of [...Object.keys(wrong), ...others]) {
      expect(() => readConfig(wrong), name).toThrow(name);
    }
  });

  it('compare no engine with one that is left out', () => {
    const apart = { ...good, TIFFIN_EDGE_COMPARE_EVERY: '10' };
    expect(readConfig(apart)).toMatchObject({ engine: 'auto', compareEvery: 10 });
    expect(() => readConfig({ ...apart, TIFFIN_EDGE_ENGINE: 'ort' })).toThrow(
      'TIFFIN_EDGE_COMPARE_EVERY: compares the tabular engine, which TIFFIN_EDGE_ENGINE=ort leaves out',
    );
  });

  it('name the parts of the control plane where they are apart', () => {
    const apart = { REGISTRY_URL: 'http://r', FEATURE_URL: 'http://f', MONITORING_URL: 'http://m' };
    const { TIFFIN_CONTROL_URL: _, ...others } = good;
    expect(readConfig({ ...others, ...apart })).toMatchObject({ registryUrl: 'http://r', monitoringUrl: 'http://m' });
    expect(() => readConfig({ ...others, REGISTRY_URL: 'http://r' })).toThrow('MONITORING_URL: is not set, nor is');
  });

  it.each(['0.0.0.0', '192.168.1.4', '::'])('keep dev mode on loopback: not %s', (host) => {
    expect(() => readConfig({ ...good, TIFFIN_EDGE_HOST: host })).toThrow('in dev mode the edge listens on 127.0.0.1');
    expect(readConfig({ ...good, TIFFIN_EDGE_HOST: host, MODE: 'production' }).host).toBe(host);
  });
});
