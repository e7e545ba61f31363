import { describe, expect, it } from 'vitest';
import { KeyRing, StoredKeys, sha256OfKey } from '../../../subgraphs/shared/auth/key-ring.ts';

const stored = StoredKeys.parse([
  { id: 'ci', sha256: sha256OfKey('k-ci'), scopes: ['registry:read'], owner: 'user:ann' },
  {
    id: 'node-1',
    sha256: sha256OfKey('k-node'),
    scopes: ['monitoring:ingest'],
    project: 'shop',
    trust: 'server',
    expiresAt: '2026-01-01T00:00:00Z',
  },
]);
const ring = (now: string): KeyRing => new KeyRing(stored, () => new Date(now));

describe('the key ring', () => {
  it('finds whose key it is; a key is a device until its entry says server', async () => {
    expect(await ring('2025-01-01').holderOf('Bearer k-ci')).toEqual({
      subject: 'key:ci',
      kind: 'machine',
      roles: [],
      scopes: ['registry:read'],
      project: 'default',
      trust: 'device',
      onBehalfOf: 'user:ann',
    });
    const node = await ring('2025-12-31T23:59:59Z').holderOf('bearer k-node');
    expect(node).toMatchObject({ project: 'shop', trust: 'server' });
  });

  it.each([
    [undefined, 'send a key'],
    ['', 'send a key'],
    ['Basic k-ci', 'send a key'],
    ['Bearer k-ci extra', 'send a key'],
    ['Bearer k-c', 'not known'],
    [`Bearer ${sha256OfKey('k-ci')}`, 'not known'],
  ])('refuses %j', async (authorization, why) => {
    await expect(ring('2025-01-01').holderOf(authorization)).rejects.toThrow(why);
  });

  it('refuses a key from its expiry on, and names it, however often it was right before', async () => {
    let now = '2025-12-31T23:59:59Z';
    const keys = new KeyRing(stored, () => new Date(now));
    await keys.holderOf('Bearer k-node');
    now = '2026-01-01T00:00:00Z';
    await expect(keys.holderOf('Bearer k-node')).rejects.toThrow('"node-1" expired');
  });

  it.each([
    ['an unknown field', { id: 'a', sha256: sha256OfKey('a'), scopes: [], admin: true }],
    ['an unknown scope', { id: 'a', sha256: sha256OfKey('a'), scopes: ['registry:everything'] }],
    [
      'a key that makes things and is nobody’s',
      { id: 'a', sha256: sha256OfKey('a'), scopes: ['registry:write'], trust: 'server' },
    ],
    ['a public key that moves traffic', { id: 'a', sha256: sha256OfKey('a'), scopes: ['registry:traffic'] }],
    [
      'a public key that makes things, whoever answers for it',
      { id: 'a', sha256: sha256OfKey('a'), scopes: ['registry:write'], trust: 'device', owner: 'user:ann' },
    ],
    ['a negative rate', { id: 'a', sha256: sha256OfKey('a'), scopes: [], ratePerSecond: -1 }],
    ['an owner that is no person', { id: 'a', sha256: sha256OfKey('a'), scopes: [], owner: 'key:b' }],
    ['a key in clear', { id: 'a', sha256: 'k-ci', scopes: [] }],
  ])('refuses a configuration with %s', (_, entry) => {
    expect(StoredKeys.safeParse([entry]).success).toBe(false);
  });
});
