import { describe, expect, it } from 'vitest';
import { CLUSTER_PARTS, namesOfKey, partOf, redisParts } from '../../../core/codec/redis-address.ts';
import { SLOTS, slotOf } from '../../../core/codec/redis-slot.ts';

describe('the slot of a text', () => {
  // The first is in the specification of Redis Cluster, the others were asked of a server: CLUSTER KEYSLOT.
  it.each([
    ['123456789', 0x31c3],
    ['', 0],
    ['foo', 12_182],
    ['["u1"]', 6_264],
    ['["é€😀"]', 2_245],
  ])('of %j is %i, as servers compute it', (text, slot) => {
    expect(slotOf(text)).toBe(slot % SLOTS);
  });
});

describe('the parts of a store in Redis', () => {
  it('are one on a server, and lie evenly over the slots of a cluster', () => {
    expect(redisParts(1)).toHaveLength(1);
    const slots = redisParts(CLUSTER_PARTS).map((part) => slotOf(namesOfKey(part.block({ view: 'v', key: '[]' })).tag));
    const share = SLOTS / CLUSTER_PARTS;
    expect(slots.map((slot) => Math.floor(slot / share))).toEqual(slots.map((_, i) => i));
  });

  it('have an entity in the same one in all views, and many entities in all of them', () => {
    const keys = Array.from({ length: 1_000 }, (_, i) => `["user ${i}"]`);
    const counts = keys.reduce<number[]>((sums, key) => {
      const part = partOf({ key }, CLUSTER_PARTS);
      sums[part] = (sums[part] ?? 0) + 1;
      return sums;
    }, []);
    expect(counts).toHaveLength(CLUSTER_PARTS);
    expect(Math.min(...counts)).toBeGreaterThan(30);
    expect(keys.every((key) => partOf({ key }, 1) === 0)).toBe(true);
  });

  it('name view and tag in each key, whatever an entity is called', () => {
    const view = 'de:fault/user_txn@2';
    const [, part] = redisParts(CLUSTER_PARTS);
    for (const key of ['["a}:[b"]', '["1","2"]', '["{x}:block:y:["]']) {
      for (const name of [part!.block({ view, key }), part!.windows({ view, key })]) {
        expect(namesOfKey(name)).toMatchObject({ view });
        expect(slotOf(namesOfKey(name).tag)).toBe(slotOf(namesOfKey(part!.block({ view, key: '[]' })).tag));
      }
    }
  });
});
