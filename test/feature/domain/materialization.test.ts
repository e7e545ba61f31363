import { describe, expect, it } from 'vitest';
import { beginMaterialization } from '../../../subgraphs/feature/domain/materialization.ts';
import { aView } from './a-view.ts';

const NOW = new Date('2026-03-10T12:00:00.000Z');
const ACTOR = { subject: 'user:a', kind: 'user', roles: [], scopes: [], project: 'default' } as const;
const at = (minute: number): Date => new Date(NOW.getTime() + minute * 60_000);
const begin = (range: Parameters<typeof beginMaterialization>[3]) =>
  beginMaterialization(aView(), { actor: ACTOR, requestId: 'r' }, 'k', range, NOW);

describe('a load of a view', () => {
  it('takes everything up to now unless it says what', () => {
    expect(begin({})).toMatchObject({
      view: 'user_txn',
      version: 2,
      from: null,
      to: NOW,
      onlineAt: null,
      state: 'RUNNING',
      actor: ACTOR,
      owner: null,
      startedAt: NOW,
    });
    expect(begin({ from: at(-60), to: at(-30), onlineAt: at(-45) })).toMatchObject({
      from: at(-60),
      to: at(-30),
      onlineAt: at(-45),
    });
    expect(begin({ to: NOW }).to).toEqual(NOW);
  });

  it.each([
    ['reaches into the future', { to: at(1) }, 'to'],
    ['is empty', { from: at(-5), to: at(-5) }, 'from'],
    ['ends before it begins', { from: at(-5), to: at(-6) }, 'from'],
    ['begins now and has no end', { from: NOW }, 'from'],
  ])('is refused where its range %s', (_, range, field) => {
    expect(() => begin(range)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining({ field }) }),
    );
  });
});
