import { describe, expect, it } from 'vitest';
import { ASSET_KINDS } from '../../../../schema/nouns.ts';
import { checkOverlap, readWebhookChanges } from '../../../../subgraphs/registry/domain/webhook/webhook-input.ts';
import { checkKinds } from '../../../../subgraphs/registry/domain/webhook/webhook.ts';

const refused = (field: string) =>
  expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining({ field }) });

describe('what is said of a webhook', () => {
  it('is what is there: null says nothing, kinds count once', () => {
    expect(readWebhookChanges({})).toEqual({});
    expect(readWebhookChanges({ url: null, kinds: null, description: null, status: null })).toEqual({});
    const said = { url: 'https://example.org/', kinds: ['model', 'alert'], description: '', status: 'DISABLED' };
    expect(readWebhookChanges({ ...said, kinds: [...said.kinds, 'model'] })).toEqual(said);
    expect(readWebhookChanges({ kinds: [] }), 'all kinds').toEqual({ kinds: [] });
  });

  it('is of any kind of which events tell', () => {
    const silent = ['prediction', 'materialization'];
    const told = ASSET_KINDS.filter((kind) => !silent.includes(kind));
    expect(readWebhookChanges({ kinds: told }).kinds).toEqual(told);
    for (const kind of [...silent, 'nothing']) {
      expect(() => checkKinds(['model', kind], 'CHANGES')).toThrow(
        expect.objectContaining({
          code: 'INVALID_INPUT',
          message: `kinds: no event tells of a ${kind}: it would never be sent`,
          details: { field: 'kinds', allowed: told.map((one) => one.toUpperCase().replaceAll('-', '_')) },
        }),
      );
    }
  });

  it.each([
    ['url', { url: `https://example.org/${'x'.repeat(2_000)}` }],
    ['description', { description: 'x'.repeat(1_001) }],
    ['status', { status: 'PAUSED' }],
    ['kinds', { kinds: Array.from({ length: 51 }, () => 'model') }],
  ])('is refused with a wrong %s', (field, input) => {
    expect(() => readWebhookChanges(input)).toThrow(refused(field));
  });

  it('lets two secrets sign for up to a week', () => {
    for (const hours of [0, 24, 168]) expect(() => checkOverlap(hours)).not.toThrow();
    for (const hours of [-1, 169, 0.5, Number.NaN]) expect(() => checkOverlap(hours)).toThrow(refused('overlapHours'));
  });
});
