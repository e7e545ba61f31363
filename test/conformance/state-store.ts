import { describe, expect, it } from 'vitest';
import type { HeldState, StateStore } from '../../edge/delivery/held-state.ts';

export interface StateStorePlace {
  /** Opens the store; again, as after the death of what had it open. */
  open(): Promise<StateStore>;
  /** Puts something there that is no state. */
  damage(text: string): Promise<void>;
}

const envelope = (text: string) => ({
  payload: Buffer.from(text).toString('base64'),
  signatures: [{ keyId: 'key-1', signature: Buffer.from('signed').toString('base64') }],
});

const held = (revision: number): HeldState => ({
  format: 1,
  audience: 'server',
  revision,
  heardAt: '2026-11-02T10:00:00.000Z',
  envelopes: { [String(revision)]: envelope(`manifest ${revision}`), '1': envelope('ü'.repeat(1_000)) },
  serving: { 'tiffin:default:deployment:fraud-decision@production': '1' },
});

/** What every store of a node's state does. */
export function stateStoreConformance(name: string, place: () => Promise<StateStorePlace>): void {
  describe(`a store of what a node holds: ${name}`, () => {
    it('has nothing at first', async () => expect(await (await (await place()).open()).load()).toBeNull());

    it('gives the last state that was saved, also after a death', async () => {
      const own = await place();
      const store = await own.open();
      for (const revision of [2, 3, 4]) await store.save(held(revision));
      expect(await store.load()).toEqual(held(4));
      expect(await (await own.open()).load()).toEqual(held(4));
    });

    it.each(['', '{', '[]', '{"format":9}', JSON.stringify({ ...held(2), revision: 'two' })])(
      'takes %j for no state, and the next one that is saved for one',
      async (text) => {
        const own = await place();
        await own.damage(text);
        const store = await own.open();
        expect(await store.load()).toBeNull();
        await store.save(held(5));
        expect(await store.load()).toEqual(held(5));
      },
    );
  });
}
