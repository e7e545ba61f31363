import { describe, expect, it } from 'vitest';
import { LineageEvent } from '../../../schema/open-lineage.ts';
import { isNews, nounEvent } from '../../../subgraphs/registry/domain/openlineage/noun-event.ts';
import { takeEvent, touchedBy, type LineageState } from '../../../subgraphs/registry/domain/openlineage/take-event.ts';

const RUN = '3b452093-782c-4ef2-9c0c-aafe2aa6f34d';
const LATER_RUN = '4b452093-782c-4ef2-9c0c-aafe2aa6f34d';
const at = (minute: number): string => `2026-11-23T05:${String(minute).padStart(2, '0')}:00Z`;
const data = (name: string, facets: object = {}) => ({ namespace: 'db', name, facets });
const run = (minute: number, runId: string, more: object = {}) => ({
  eventTime: at(minute),
  eventType: 'RUNNING',
  run: { runId },
  job: { namespace: 'airflow', name: 'train' },
  ...more,
});

function take(...events: readonly object[]): LineageState {
  const state: LineageState = { project: 'default', nouns: new Map(), runs: new Map() };
  for (const event of events) takeEvent(state, LineageEvent.parse(event));
  return state;
}
const JOB = 'tiffin:default:job:airflow/train';
const DATA = (name: string): string => `tiffin:default:dataset:db/${name}`;
const FIELD = (name: string): string => `tiffin:default:dataset-field:db/${name}`;
const edges = (state: LineageState) => {
  const job = state.nouns.get(JOB);
  return { reads: job?.upstream, writes: job?.downstream };
};

describe('a run', () => {
  it('reads and writes what all of its events name together', () => {
    const state = take(
      run(0, RUN, { eventType: 'START', inputs: [data('a')] }),
      run(1, RUN, { inputs: [data('b')] }),
      run(2, RUN, { eventType: 'COMPLETE', outputs: [data('c')] }),
    );
    expect(edges(state)).toEqual({ reads: [DATA('a'), DATA('b')], writes: [DATA('c')] });
    expect(state.nouns.get(JOB)).toMatchObject({ runs: 1, lastRun: { state: 'COMPLETE' } });
  });

  it('takes the place of the one before once it names something, and an older one does not', () => {
    const first = run(0, RUN, { inputs: [data('a')] });
    const started = run(5, LATER_RUN, { eventType: 'START' });
    expect(edges(take(first, started)).reads).toEqual([DATA('a')]);
    const named = run(6, LATER_RUN, { inputs: [data('b')] });
    expect(edges(take(first, started, named)).reads).toEqual([DATA('b')]);
    expect(edges(take(named, first)).reads).toEqual([DATA('b')]);
    expect(take(named, first).nouns.get(JOB)).toMatchObject({ runs: 2, lastRun: { runId: LATER_RUN } });
  });

  it('is one whatever the case of its UUID', () => {
    expect(take(run(0, RUN), run(1, RUN.toUpperCase())).nouns.get(JOB)?.runs).toBe(1);
  });

  it('leads on to our own assets, under the namespace tiffin', () => {
    const state = take(run(0, RUN, { outputs: [{ namespace: 'tiffin', name: 'source:txn' }] }));
    expect(edges(state).writes).toEqual(['tiffin:default:source:txn']);
    expect([...state.nouns.keys()]).toEqual([JOB]);
    const wrong = LineageEvent.parse(run(0, RUN, { outputs: [{ namespace: 'tiffin', name: 'table:txn' }] }));
    expect(() => touchedBy('default', wrong)).toThrow('name: "table:txn" is no asset');
  });
});

describe('an event that says nothing new', () => {
  const same = { inputs: [data('a')], outputs: [data('b')] };
  const first = take(run(0, RUN, same));
  const and = (...events: readonly object[]): LineageState => {
    const state: LineageState = { ...first, nouns: new Map(first.nouns), runs: new Map(first.runs) };
    for (const event of events) takeEvent(state, LineageEvent.parse(event));
    return state;
  };

  it('leaves datasets, edges and the run the values that they are, so that nothing of them is written', () => {
    const after = and(run(1, LATER_RUN, same), run(1, RUN, same));
    for (const name of ['a', 'b']) expect(after.nouns.get(DATA(name))).toBe(first.nouns.get(DATA(name)));
    const [job, before] = [after.nouns.get(JOB)!, first.nouns.get(JOB)!];
    expect(job).toMatchObject({ runs: 2, lastRun: { runId: RUN } });
    expect([job.upstream === before.upstream, job.downstream === before.downstream]).toEqual([true, true]);
    expect(isNews(job, before)).toBe(false);
    const [key] = first.runs.keys();
    expect(after.runs.get(key!)).toBe(first.runs.get(key!));
  });

  it('is told from one that the catalogue shows: an edge, a word, and what was deleted', () => {
    const doc = (description: string) => data('a', { documentation: { description } });
    const job = and(run(1, LATER_RUN, { ...same, inputs: [data('a'), data('c')] })).nouns.get(JOB)!;
    expect(isNews(job, first.nouns.get(JOB))).toBe(true);
    const said = and(run(1, RUN, { inputs: [doc('Of cards.')] })).nouns.get(DATA('a'))!;
    expect(isNews(said, first.nouns.get(DATA('a')))).toBe(true);
    // Said again it is kept, since an older one may come later, and told to nobody.
    const again = take(run(1, RUN, { inputs: [doc('Of cards.')] }), run(2, RUN, { inputs: [doc('Of cards.')] }));
    expect(again.nouns.get(DATA('a'))?.facets['documentation']?.at).toBe(new Date(at(2)).toISOString());
    expect(isNews(again.nouns.get(DATA('a'))!, said)).toBe(false);
    expect(isNews({ ...said, deleted: true }, said)).toBe(true);
    expect(isNews(said, undefined)).toBe(true);
  });
});

describe('a job without a run', () => {
  it('reads and writes what it is said to until a later run says otherwise', () => {
    const design = { eventTime: at(0), job: { namespace: 'airflow', name: 'train' }, inputs: [data('a')] };
    expect(edges(take(design)).reads).toEqual([DATA('a')]);
    expect(edges(take(design, run(1, RUN, { inputs: [data('b')] }))).reads).toEqual([DATA('b')]);
  });
});

describe('facets', () => {
  const doc = (text: string, more = {}) => ({ documentation: { _producer: 'p', description: text, ...more } });
  const described = (state: LineageState): string => {
    const noun = state.nouns.get(DATA('a'));
    return noun ? (nounEvent(noun, new Date(0)).asset.description ?? '') : 'gone';
  };
  const told = (minute: number, facets: object) => ({ eventTime: at(minute), dataset: data('a', facets) });

  it('are replaced whole by newer ones of their name, and taken away where they are deleted', () => {
    expect(described(take(told(0, doc('old')), told(1, doc('new'))))).toBe('new');
    expect(described(take(told(1, doc('new')), told(0, doc('old'))))).toBe('new');
    expect(described(take(told(0, doc('old')), told(1, doc('deleted', { _deleted: true }))))).toBe('');
    expect(described(take(told(1, doc('deleted', { _deleted: true })), told(0, doc('late')))), 'late').toBe('');
    expect(described(take(told(0, doc('kept')), told(1, { other: { _producer: 'p' } })))).toBe('kept');
  });

  it('say who owns it and how it is labelled', () => {
    const facets = {
      ownership: { owners: [{ name: 'data-team', type: 'MAINTAINER' }] },
      tags: {
        tags: [
          { key: 'pii', value: 'true' },
          { key: 'env', value: 'prod' },
          { key: 'x', value: 'y', field: 'f' },
        ],
      },
    };
    const noun = take(told(0, facets)).nouns.get(DATA('a'));
    expect(nounEvent(noun!, new Date(0)).asset).toMatchObject({ owner: 'data-team', tags: ['pii', 'env:prod'] });
  });
});

describe('columns', () => {
  const schema = (...names: string[]) => ({ schema: { fields: names.map((name) => ({ name, type: 'INT' })) } });
  const lineage = (fields: Record<string, [string, string][]>) => ({
    columnLineage: {
      fields: Object.fromEntries(
        Object.entries(fields).map(([field, from]) => [
          field,
          { inputFields: from.map(([name, of]) => ({ namespace: 'db', name, field: of })) },
        ]),
      ),
    },
  });

  it('are those of the schema and come from what the facet columnLineage says', () => {
    const facets = { ...schema('id', 'sum'), ...lineage({ sum: [['txn', 'amount']] }) };
    const state = take(run(0, RUN, { inputs: [data('txn')], outputs: [data('out', facets)] }));
    expect(state.nouns.get(FIELD('out/sum'))?.upstream).toEqual([FIELD('txn/amount')]);
    expect(state.nouns.get(FIELD('out/id'))?.upstream).toEqual([]);
    expect(state.nouns.has(FIELD('txn/amount')), 'so that no id dangles').toBe(true);
  });

  it('tell of what the job reads, where its inputs leave it out', () => {
    const facets = lineage({
      country: [['cards', 'country']],
      total: [
        ['txn', 'amount'],
        ['out', 'total'],
      ],
    });
    const state = take(run(0, RUN, { inputs: [data('txn')], outputs: [data('out', facets)] }));
    expect(edges(state), 'but not what it writes itself').toEqual({
      reads: [DATA('txn'), DATA('cards')],
      writes: [DATA('out')],
    });
  });

  it('decide about all rows of a dataset, as those of a join do, until a newer facet says otherwise', () => {
    const joined = (...from: [string, string][]) => ({
      columnLineage: { fields: {}, dataset: from.map(([name, field]) => ({ namespace: 'db', name, field })) },
    });
    const told = (minute: number, facets: object) => ({ eventTime: at(minute), dataset: data('a', facets) });
    const state = take(told(0, joined(['cards', 'card'], ['a', 'card'])));
    const upstream = (of: LineageState) => nounEvent(of.nouns.get(DATA('a'))!, new Date(0)).asset.upstream;
    expect(upstream(state)).toEqual([{ urn: FIELD('cards/card'), relation: 'DERIVED_FROM' }]);
    expect(state.nouns.has(DATA('cards')) && state.nouns.has(FIELD('cards/card')), 'so that no id dangles').toBe(true);
    expect(touchedBy('default', LineageEvent.parse(told(0, joined(['cards', 'card'])))).urns).toContain(DATA('cards'));
    expect(upstream(take(told(0, joined(['cards', 'card'])), told(1, schema('id'))))).toHaveLength(1);
    expect(upstream(take(told(0, joined(['cards', 'card'])), told(1, lineage({}))))).toEqual([]);
  });

  it('are described as the newest schema says', () => {
    const told = (minute: number, description?: string) => ({
      eventTime: at(minute),
      dataset: data('a', { schema: { fields: [{ name: 'id', ...(description !== undefined && { description }) }] } }),
    });
    const described = (...events: object[]) =>
      nounEvent(take(...events).nouns.get(FIELD('a/id'))!, new Date(0)).asset.description;
    expect(described(told(0, 'the card that paid'))).toBe('the card that paid');
    expect(described(told(1, 'newer'), told(0, 'older'))).toBe('newer');
    expect(described(told(0, 'older'), told(1))).toBe('');
    expect(described(told(0))).toBe('');
  });

  it('are gone when a newer schema does not have them, and come back', () => {
    const told = (minute: number, ...names: string[]) => ({
      eventTime: at(minute),
      dataset: data('a', schema(...names)),
    });
    const without = take(told(0, 'x', 'y'), told(1, 'x'));
    expect(without.nouns.get(FIELD('a/y'))?.deleted).toBe(true);
    expect(take(told(0, 'x', 'y'), told(1, 'x'), told(2, 'y')).nouns.get(FIELD('a/y'))?.deleted).toBe(false);
  });
});

describe('what is no event', () => {
  it.each([
    [{ eventTime: at(0) }, 'job'],
    [{ eventTime: at(0), run: { runId: RUN }, dataset: data('a') }, 'job'],
    [run(0, 'no-uuid'), 'run.runId'],
    [{ ...run(0, RUN), eventTime: 'yesterday' }, 'eventTime'],
    [{ ...run(0, RUN), eventType: 'DONE' }, 'eventType'],
    [{ ...run(0, RUN), job: { namespace: '', name: 'x' } }, 'job.namespace'],
    [run(0, RUN, { inputs: [{ namespace: 'db' }] }), 'inputs.0.name'],
  ])('%j is refused at %s', (event, field) => {
    const result = LineageEvent.safeParse(event);
    expect(result.error?.issues.map(({ path }) => path.join('.'))).toContain(field);
  });
});
