import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../subgraphs/feature/config.ts';

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
    for (const url of [
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

  it('names everything that is wrong at once, such as several replicas while the online store lies in one', () => {
    expect(() => readConfig({ TIFFIN_REPLICAS: '2', TIFFIN_DUCKDB_THREADS: 'many' })).toThrow(
      /REDIS_URL: with 2 replicas \(TIFFIN_REPLICAS\) it names the Redis of the online store that all of them share[^]*TIFFIN_FEATURE_DIR: with 2[^]*TIFFIN_DUCKDB_THREADS: must be a whole number from 1 to 256, not "many"/,
    );
  });
});
