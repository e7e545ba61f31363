import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../subgraphs/feature/config.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('the settings of the feature subgraph', () => {
  it('has a default for everything', () => {
    const config = readConfig({});
    expect(config).toMatchObject({ sourceFolders: [join(process.cwd(), 'data')], replicas: 1, duckdbMemoryMb: 1024 });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('reads what is set', () => {
    const config = readConfig({ TIFFIN_SOURCE_DIRS: '/a:/b', TIFFIN_DUCKDB_MEMORY_MB: '64' });
    expect(config).toMatchObject({ sourceFolders: ['/a', '/b'], duckdbMemoryMb: 64 });
  });

  it('puts the online store where REDIS_URL says, and repeats no password', () => {
    expect(readConfig({}).redisUrls).toBeUndefined();
    for (const url of ['redis://127.0.0.1:6379', 'rediss://app:secret@redis.internal:6380/2']) {
      expect(readConfig({ REDIS_URL: url }).redisUrls).toEqual([url]);
    }
    const nodes = ['redis://a:1', 'redis://b:2'];
    expect(readConfig({ REDIS_URL: nodes.join(', ') }).redisUrls).toEqual(nodes);
    const sentinels = ['redis+sentinel://app:secret@a:26379/cards/1', 'redis+sentinel://b/cards/1'];
    expect(readConfig({ REDIS_URL: sentinels.join(',') }).redisUrls).toEqual(sentinels);
    for (const url of [
      'redis+sentinel://a:26379',
      'redis+sentinel://:secret@a/cards,redis+sentinel://b/others',
      'redis+sentinel://:secret@a/cards,redis://b',
      '127.0.0.1:6379',
      'http://redis',
      'redis://',
      'redis://:secret@redis/first',
      'redis:secret',
      'redis://a,redis:secret',
    ]) {
      let message = '';
      try {
        readConfig({ REDIS_URL: url });
      } catch (error) {
        message = String(error);
      }
      expect(message).toContain('REDIS_URL: must be a URL like redis://account:password@host:6379/0');
      expect(message).not.toContain('secret');
    }
  });

  it('lets several replicas share one Redis and one folder', () => {
    const shared = { REDIS_URL: 'redis://redis', TIFFIN_FEATURE_DIR: '/srv/features', TIFFIN_REPLICAS: '2' };
    expect(readConfig(shared)).toMatchObject({ replicas: 2, filesFolder: '/srv/features' });
    expect(readConfig({}).filesFolder).toBeUndefined();
    expect(() => readConfig({ ...shared, TIFFIN_FEATURE_DIR: '' })).toThrow(
      /TIFFIN_FEATURE_DIR: with 2 replicas \(TIFFIN_REPLICAS\) it names the folder of the log’s files and training sets that all of them share/,
    );
  });

  describe('of Kafka', () => {
    const brokers = { TIFFIN_KAFKA_BROKERS: 'kafka-1:9093, kafka-2:9093' };
    const account = { TIFFIN_KAFKA_SASL: 'PLAIN', TIFFIN_KAFKA_USER: 'tiffin', TIFFIN_KAFKA_PASSWORD: 'hidden' };
    const sasl = { mechanism: 'PLAIN', username: 'tiffin', password: 'hidden' };

    it('name brokers, TLS and an account', () => {
      expect(readConfig({}).kafka).toEqual({ brokers: [], tls: null, sasl: null });
      expect(readConfig({ ...brokers, ...account, TIFFIN_KAFKA_TLS: 'true' }).kafka).toEqual({
        brokers: ['kafka-1:9093', 'kafka-2:9093'],
        tls: { ca: undefined },
        sasl,
      });
      const here = { TIFFIN_KAFKA_BROKERS: '127.0.0.1:9092' };
      expect(readConfig({ ...here, ...account }).kafka.sasl).toEqual(sasl);
      expect(readConfig({ ...brokers, ...account, TIFFIN_KAFKA_SASL: 'SCRAM-SHA-512' }).kafka.tls).toBeNull();
    });

    it('trust the certificates of a file', () => {
      const folder = temporaryFolder('certificates');
      const [good, bad] = [join(folder, 'ca.pem'), join(folder, 'other.pem')];
      const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
      writeFileSync(good, pem);
      writeFileSync(bad, 'none');
      const tls = { ...brokers, TIFFIN_KAFKA_TLS: 'true' };
      expect(readConfig({ ...tls, TIFFIN_KAFKA_CA_FILE: good }).kafka.tls).toEqual({ ca: pem });
      for (const file of [bad, join(folder, 'missing.pem')]) {
        expect(() => readConfig({ ...tls, TIFFIN_KAFKA_CA_FILE: file })).toThrow(/TIFFIN_KAFKA_CA_FILE: .*\.pem/);
      }
    });

    it.each<[string, Record<string, string>, RegExp]>([
      ['a password in the open', { ...brokers, ...account }, /TIFFIN_KAFKA_SASL: PLAIN without TLS .*TIFFIN_KAFKA_TLS/],
      ['an account for nobody', account, /TIFFIN_KAFKA_SASL: is for the brokers that TIFFIN_KAFKA_BROKERS names/],
      ['TLS with nobody', { TIFFIN_KAFKA_TLS: 'true' }, /TIFFIN_KAFKA_TLS: is for the brokers/],
      ['an unknown mechanism', { ...brokers, ...account, TIFFIN_KAFKA_SASL: 'GSSAPI' }, /one of PLAIN, SCRAM-SHA-256/],
      ['no password', { ...brokers, ...account, TIFFIN_KAFKA_PASSWORD: '' }, /TIFFIN_KAFKA_PASSWORD: is missing/],
      ['an account without SASL', { ...brokers, TIFFIN_KAFKA_USER: 'tiffin' }, /TIFFIN_KAFKA_USER: is used by SASL/],
      [
        'trust without TLS',
        { ...brokers, TIFFIN_KAFKA_CA_FILE: 'ca.pem' },
        /TIFFIN_KAFKA_CA_FILE: says whom TLS trusts/,
      ],
    ])('refuse %s, and repeat no password', (_what, variables, why) => {
      const refused = (): unknown => readConfig(variables);
      expect(refused).toThrow(why);
      expect(refused).not.toThrow(/hidden/);
    });
  });

  it('names everything that is wrong at once, such as several replicas while the online store lies in one', () => {
    expect(() => readConfig({ TIFFIN_REPLICAS: '2', TIFFIN_DUCKDB_THREADS: 'many' })).toThrow(
      /REDIS_URL: with 2 replicas \(TIFFIN_REPLICAS\) it names the Redis of the online store that all of them share[^]*TIFFIN_FEATURE_DIR: with 2[^]*TIFFIN_DUCKDB_THREADS: must be a whole number from 1 to 256, not "many"/,
    );
  });
});
