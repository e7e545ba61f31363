import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergedRecords } from '../../../../subgraphs/registry/domain/audit/merged-records.ts';

const record = (seq: number, at: string) => ({ seq, record: { at } });
const NAMES = ['a', 'b', 'c'] as const;

it('puts the newest first, and of one moment the first chain, each chain in its own order', () => {
  const parts = [
    { subgraph: 'a' as const, records: [record(9, '10'), record(8, '12'), record(7, '08')] },
    { subgraph: 'b' as const, records: [record(4, '10'), record(3, '09')] },
    { subgraph: 'c' as const, records: [] },
  ];
  expect(mergedRecords(parts, 4).map(({ subgraph, record: { seq }, places }) => [subgraph, seq, places])).toEqual([
    ['a', 9, [9, 5, 1]],
    ['a', 8, [8, 5, 1]],
    ['b', 4, [8, 4, 1]],
    ['b', 3, [8, 3, 1]],
  ]);
});

const chain = fc
  .array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 })
  .map((times) => times.map((time, i) => record(times.length - i, String(time).padStart(2, '0'))));

it('gives page by page what one page gives, also while records are added on top', () => {
  fc.assert(
    fc.property(fc.tuple(chain, chain, chain), fc.integer({ min: 1, max: 5 }), (chains, size) => {
      const parts = (below: readonly number[] | null, added: number) =>
        NAMES.map((subgraph, at) => {
          const held = chains[at] ?? [];
          const newer = Array.from({ length: added }, (_, i) => record(held.length + added - i, '99'));
          const records = [...newer, ...held].filter(({ seq }) => below === null || seq < (below[at] ?? 0));
          return { subgraph, records };
        });
      const shown = (page: ReturnType<typeof mergedRecords<ReturnType<typeof record>, string>>) =>
        page.map(({ subgraph, record: { seq } }) => `${subgraph}${seq}`);
      const paged: string[] = [];
      let places: readonly number[] | null = null;
      for (let added = 0; ; added++) {
        const page: ReturnType<typeof mergedRecords<ReturnType<typeof record>, string>> = mergedRecords(
          parts(places, added),
          size,
        );
        paged.push(...shown(page));
        if (page.length < size) break;
        places = page.at(-1)?.places ?? null;
      }
      expect(paged).toEqual(shown(mergedRecords(parts(null, 0), 100)));
    }),
  );
});
