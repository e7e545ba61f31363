import { describe, expect, it } from 'vitest';
import { explanation } from '../../cli/commands/explain.ts';
import { tree } from '../../cli/commands/lineage.ts';
import { wrongIn } from '../../cli/commands/status.ts';
import { column } from '../../cli/noun.ts';
import { listText, oneText, type Format } from '../../cli/output/format.ts';

const rows = [
  { id: 'tiffin:default:model:fraud', name: 'fraud', tags: ['a', 'b'], score: 0.123456789, owner: null, live: true },
  { id: 'tiffin:default:model:eta', name: 'eta\u001B[2J', tags: [], score: 3, owner: 'flights', live: false },
];
const columns = [
  column('id'),
  column('tags'),
  column('score'),
  column('live'),
  column('owner', 'owner', { wide: true }),
];
const shape = (format: Format, fields?: string[]) => ({
  format,
  isColored: false,
  ...(fields && { fields }),
});

describe('a list', () => {
  it('is a table as wide as it needs to be', () => {
    expect(listText(rows, columns, shape('table'))).toBe(
      ['ID     TAGS  SCORE     LIVE', 'fraud  a, b  0.123457  yes', 'eta    –     3         no'].join('\n'),
    );
    expect(listText(rows, columns, shape('wide')).split('\n')[0]).toBe('ID     TAGS  SCORE     LIVE  OWNER');
    expect(listText([], columns, shape('table'))).toBe('');
  });

  it('cannot move the cursor of a terminal', () => {
    expect(listText(rows, [column('name')], shape('table'))).not.toContain('\u001B');
  });

  it('is data as it came for machines', () => {
    expect(JSON.parse(listText(rows, columns, shape('json')))).toEqual(rows);
    expect(listText([], columns, shape('json'))).toBe('[]');
    expect(
      listText(rows, columns, shape('jsonl'))
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(rows);
    expect(listText(rows, columns, shape('name'))).toBe('tiffin:default:model:fraud\ntiffin:default:model:eta');
    expect(JSON.parse(listText(rows, columns, shape('json', ['name', 'owner', 'none'])))).toEqual([
      { name: 'fraud', owner: null, none: null },
      { name: rows[1]!.name, owner: 'flights', none: null },
    ]);
  });
});

it('shows one thing as YAML, long texts as they are, without what says nothing', () => {
  const one = { id: 'x', text: 'first\nsecond', none: null, empty: [], deep: { a: [1] } };
  expect(oneText(one, shape('table'))).toBe('id: x\ntext: |-\n  first\n  second\ndeep:\n  a:\n    - 1');
  expect(JSON.parse(oneText(one, shape('json')))).toEqual(one);
});

it('draws lineage as a tree, each node in full once', () => {
  const node = (id: string) => ({ id: `tiffin:default:model:${id}`, asset: { kind: 'MODEL' as const, name: id } });
  const edge = (upstream: string, downstream: string) => ({
    upstream: node(upstream).id,
    downstream: node(downstream).id,
    relation: 'READS' as const,
  });
  const lineage = {
    complete: true,
    nodes: ['d', 'b', 'c', 'a'].map(node),
    edges: [edge('b', 'd'), edge('c', 'd'), edge('a', 'b'), edge('b', 'c')],
  } as unknown as Parameters<typeof tree>[0];
  expect(tree(lineage, false)).toEqual(['MODEL d', '  MODEL b', '    MODEL a', '  MODEL c', '    MODEL b (above)']);
  expect(tree(lineage, true)[0]).toBe('MODEL a');
});

it('says what has to be looked at', () => {
  const list = (...nodes: object[]) => ({ edges: nodes.map((node) => ({ node })), pageInfo: { hasNextPage: false } });
  const overview = {
    deployments: list(
      { id: 'tiffin:default:deployment:a@p', live: null, traffic: { killed: true, freeze: null, lease: null } },
      {
        id: 'tiffin:default:deployment:b@p',
        live: null,
        traffic: { killed: false, freeze: { reason: 'x' }, lease: null },
      },
    ),
    alerts: list(
      { severity: 'PAGE', silenced: false, rule: { name: 'late' } },
      { severity: 'PAGE', silenced: true, rule: { name: 'quiet' } },
    ),
    edgeNodes: list(
      { name: 'edge-1', stale: true, trust: 'SERVER', lastSeenAt: 'then' },
      { name: 'phone', stale: true, trust: 'DEVICE', lastSeenAt: 'then' },
    ),
    experiments: null,
  } as unknown as Parameters<typeof wrongIn>[0];
  expect(wrongIn(overview)).toEqual([
    'a@p is killed',
    'b@p is frozen: x',
    'late fires (PAGE)',
    'edge edge-1 was last seen then',
  ]);
});

it('explains a prediction: the answer, then why, then what is missing', () => {
  const value = (name: string, number: number) => ({
    name,
    number,
    text: null,
    boolean: null,
    status: 'PRESENT',
    ageMs: 5,
  });
  const explained = {
    prediction: {
      id: 'tiffin:default:prediction:01a2',
      occurredAt: '2026-03-01T10:00:00.000Z',
      deployment: null,
      score: 0.91,
      decision: 'DECLINE',
      reason: 'a ring',
      fallback: null,
      rules: [{ name: 'ring', action: 'DECLINE', confidence: 0.9, reason: 'a ring', outcome: 'DECIDED' }],
      outcome: { value: 1, occurredAt: '2026-03-02T10:00:00.000Z' },
    },
    release: { id: 'tiffin:default:release:fraud@production/3' },
    models: [
      {
        name: 'trees',
        modelVersion: { id: 'tiffin:default:model-version:fraud@3' },
        engine: 'tabular',
        score: 0.91,
        weight: 1,
      },
    ],
    combination: null,
    assignment: {},
    features: [],
    reasons: {
      source: 'LOGGED',
      space: 'MARGIN',
      base: -1.5,
      total: 2.25,
      rest: 0.25,
      top: [{ value: value('cards_24h', 10), contribution: 3.5 }],
      unexplained: [],
    },
    absent: [{ part: 'inputs.user', why: 'TOKENISED', detail: 'it is personal' }],
  } as unknown as Parameters<typeof explanation>[0];
  expect(explanation(explained, false).split('\n')).toEqual([
    '01a2  2026-03-01T10:00:00.000Z  fraud@production/3',
    'decision DECLINE  score 0.91  a ring',
    'outcome 1 at 2026-03-02T10:00:00.000Z',
    '',
    'RULE  OUTCOME  ACTION   CONFIDENCE  SAYS',
    'ring  DECIDED  DECLINE  0.9         a ring',
    '',
    'MODEL  VERSION  ENGINE   SCORE  WEIGHT',
    'trees  fraud@3  tabular  0.91   1',
    '',
    'REASON     VALUE  STATUS   CONTRIBUTION',
    'cards_24h  10     PRESENT  3.5',
    '',
    'without any of them -1.5, others 0.25, together 2.25 (margin, logged)',
    'inputs.user: tokenised: it is personal',
  ]);
});

it.each([
  [{ id: 'a', modelVersion: { id: 'b' } }, 'a'],
  [{ applied: true, deployment: { id: 'b' } }, 'b'],
  [{ applied: true }, ''],
])('is called by its id, or by that of what it is about: %j', (row, id) =>
  expect(oneText(row, shape('name'))).toBe(id),
);
