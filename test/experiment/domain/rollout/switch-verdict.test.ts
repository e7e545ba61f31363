import { describe, expect, it } from 'vitest';
import {
  blueGreenSteps,
  PREPARE,
  WATCH,
  type BlueGreen,
} from '../../../../subgraphs/experiment/domain/rollout/blue-green.ts';
import { judge } from '../../../../subgraphs/experiment/domain/rollout/rollout-verdict.ts';
import type { SwitchNode } from '../../../../subgraphs/experiment/domain/rollout/switch-check.ts';
import { nodesOf } from '../../../../subgraphs/experiment/domain/rollout/switch-checks.ts';
import type { SwitchEvidence } from '../../../../subgraphs/experiment/domain/rollout/switch-verdict.ts';

const [CONTROL, CANDIDATE] = ['a'.repeat(64), 'b'.repeat(64)] as const;
const START = '2026-03-10T10:00:00.000Z';
const after = (minutes: number): string => new Date(Date.parse(START) + minutes * 60_000).toISOString();

const limits: BlueGreen = {
  windowSeconds: 60,
  minAnswers: 100,
  maxErrorShare: 0.01,
  maxP99Ms: 100,
  maxMemoryShare: 0.9,
  minPerSecond: null,
  maxStaleShare: null,
  digests: { control: CONTROL, candidate: CANDIDATE },
  nodes: [],
};
type Loaded = SwitchNode['serving'][number];
const loaded = (release: string, p99Ms: number | null, more: Partial<Loaded> = {}): Loaded => ({
  release,
  p99Ms,
  unanswered: 0,
  features: null,
  ...more,
});
const node = (name: string, more: Partial<SwitchNode> = {}): SwitchNode => ({
  node: name,
  heardAt: after(29.9),
  manifestAgeMs: 500,
  stale: false,
  refused: null,
  serving: [loaded(CONTROL, 3), loaded(CANDIDATE, 4)],
  memory: { usedBytes: 40, limitBytes: 100 },
  ...more,
});
const plan = { ...limits, watchMinutes: 180, maxMinutes: null, approval: false };

/** Half an hour into a step in which everything is well. */
const evidence = (step: number, more: Partial<SwitchEvidence> = {}): SwitchEvidence => ({
  at: after(30),
  step,
  steps: blueGreenSteps(plan),
  onExpiry: 'ROLL_BACK',
  startedAt: START,
  passedAt: null,
  paused: null,
  approvedBy: null,
  blueGreen: step === PREPARE ? limits : { ...limits, nodes: ['edge-1', 'edge-2'] },
  nodes: [node('edge-1'), node('edge-2')],
  window: { answers: 500, errors: 2, p99Ms: 60 },
  ...more,
});
const withNode = (more: Partial<SwitchNode>): Partial<SwitchEvidence> => ({
  nodes: [node('edge-1'), node('edge-2', more)],
});
/** So many requests of the last minute had no answer on the second node; null: it does not say. */
const unanswered = (count: number | null, more: Partial<SwitchNode> = {}): Partial<SwitchEvidence> =>
  withNode({ serving: [CONTROL, CANDIDATE].map((release) => loaded(release, 3, { unanswered: count })), ...more });
const spiked = withNode({ memory: { usedBytes: 95, limitBytes: 100 } });
const expiring = (onExpiry: SwitchEvidence['onExpiry']): Partial<SwitchEvidence> => ({
  onExpiry,
  steps: blueGreenSteps({ ...plan, maxMinutes: 20, watchMinutes: 10 }),
});

/** The features of both releases as both nodes read them, of a hundred values each. */
const stale = (control: number, candidate: number | null, more: Partial<BlueGreen> = {}): Partial<SwitchEvidence> => ({
  blueGreen: { ...limits, maxStaleShare: 0.1, ...more },
  nodes: ['edge-1', 'edge-2'].map((name) =>
    node(name, {
      serving: [
        loaded(CONTROL, 3, { features: { read: 100, stale: control } }),
        loaded(CANDIDATE, 4, { features: candidate === null ? null : { read: 100, stale: candidate } }),
      ],
    }),
  ),
});
const asked = (minPerSecond: number, more: Partial<SwitchEvidence> = {}): Partial<SwitchEvidence> => ({
  blueGreen: { ...limits, minPerSecond },
  ...more,
});

describe('before the switch', () => {
  it.each<[string, Partial<SwitchEvidence>, string, RegExp]>([
    ['everything is ready', {}, 'CONTINUE', /every check passes: all traffic is switched/],
    ['nobody serves', { nodes: [] }, 'WAIT', /no enrolled node/],
    ['monitoring is away', { nodes: null }, 'HOLD', /monitoring does not answer/],
    ['one node has not loaded it', withNode({ serving: [loaded(CONTROL, 3)] }), 'WAIT', /READY of edge-2/],
    [
      'one node has let go of the old one',
      withNode({ serving: [loaded(CANDIDATE, 3)] }),
      'WAIT',
      /the control is loaded/,
    ],
    ['one node refuses it', withNode({ refused: 'no engine' }), 'HOLD', /READY of edge-2: refuses: no engine/],
    ['one node is silent', withNode({ heardAt: after(28) }), 'HOLD', /HEARD of edge-2: not heard since/],
    ['one node does not hear the registry', withNode({ manifestAgeMs: 61_000 }), 'HOLD', /HEARD of edge-2.*61 s/],
    ['one node has an expired manifest', withNode({ stale: true }), 'HOLD', /HEARD of edge-2/],
    ['one node is short of memory', spiked, 'HOLD', /MEMORY of edge-2: 0.95 of its memory.*up to 0.9/],
    ['one node does not tell its memory', withNode({ memory: null }), 'WAIT', /MEMORY of edge-2: does not say/],
    [
      'it is slow on one node',
      withNode({
        serving: [loaded(CONTROL, 3), loaded(CANDIDATE, 150)],
      }),
      'HOLD',
      /WARM_LATENCY of edge-2: 150 ms/,
    ],
    [
      'one node did not time it',
      withNode({
        serving: [loaded(CONTROL, 3), loaded(CANDIDATE, null)],
      }),
      'WAIT',
      /WARM_LATENCY of edge-2: does not say/,
    ],
    ['its features are fresh enough', stale(0, 10), 'CONTINUE', /every check passes/],
    ['its features are too old', stale(0, 11), 'HOLD', /^FEATURES: 0.11 of 200 values .* allowed: up to 0.1$/],
    ['those of the control are as well', stale(11, 12), 'WAIT', /^FEATURES: 0.12 of 200 .*; 0.11 at the control as/],
    ['nodes do not say how fresh they are', stale(0, null), 'WAIT', /FEATURES: edge-1, edge-2 does not say how fresh/],
    [
      'few of them were read',
      {
        ...stale(0, 0),
        nodes: [
          node('edge-2', { serving: [loaded(CONTROL, 3), loaded(CANDIDATE, 4, { features: { read: 9, stale: 0 } })] }),
        ],
      },
      'WAIT',
      /FEATURES: 9 values of features read in the last minute; needed: 100/,
    ],
    ['all nodes together are quick enough', asked(500), 'CONTINUE', /every check passes/],
    [
      'they are not',
      asked(501),
      'HOLD',
      /^THROUGHPUT: 500 warm runs of the candidate a second .* allowed: 501 or more$/,
    ],
    [
      'one of them does not say how quick it is',
      asked(1, withNode({ serving: [loaded(CONTROL, 3), loaded(CANDIDATE, null)] })),
      'WAIT',
      /THROUGHPUT: edge-2 does not say how long/,
    ],
    ['too few answers', { window: { answers: 99, errors: 0, p99Ms: 1 } }, 'WAIT', /ERRORS: 99 answers .* needed: 100/],
    [
      'what answers now fails as well',
      { window: { answers: 500, errors: 50, p99Ms: 1 } },
      'HOLD',
      /ERRORS: 0.1 of 500/,
    ],
    ['no answer was timed', { window: { answers: 500, errors: 0, p99Ms: null } }, 'WAIT', /LATENCY: no answer/],
    ['it is paused', { paused: 'lunch' }, 'HOLD', /paused by hand: lunch/],
    ['its time is over', { ...expiring('ROLL_BACK'), ...spiked }, 'ROLLBACK', /20 minutes of step 1 are over/],
    ['its time is over, and a person decides', { ...expiring('HOLD'), ...spiked }, 'HOLD', /a person decides/],
    ['its time is over while monitoring is away', { ...expiring('ROLL_BACK'), nodes: null }, 'HOLD', /silence/],
  ])('%s', (_, more, word, reason) => {
    const verdict = judge(evidence(PREPARE, more));
    expect([verdict.word, verdict.reasons.join('; ')]).toEqual([word, expect.stringMatching(reason)]);
    const moves: Record<string, string> = { CONTINUE: 'ADVANCE', ROLLBACK: 'ROLL_BACK' };
    expect(verdict.move).toBe(moves[word] ?? null);
  });

  it('waits for a person where one must agree', () => {
    const steps = blueGreenSteps({ ...plan, approval: true });
    expect(judge(evidence(PREPARE, { steps }))).toMatchObject({ word: 'HOLD', passing: true });
    expect(judge(evidence(PREPARE, { steps, approvedBy: 'user:other' }))).toMatchObject({ move: 'ADVANCE' });
  });
});

describe('after the switch', () => {
  const passing = { passedAt: START };
  it.each<[string, Partial<SwitchEvidence>, string, RegExp]>([
    [
      'all is well, but not for long enough',
      passing,
      'WAIT',
      /for 180 minutes without a break, until 2026-03-10T13:00/,
    ],
    [
      'nobody serves any more',
      { ...passing, at: after(180), nodes: [], blueGreen: { ...limits, nodes: [] } },
      'WAIT',
      /no enrolled node/,
    ],
    ['memory spikes on one node', spiked, 'ROLLBACK', /MEMORY of edge-2: 0.95/],
    ['memory spikes while it is paused', { ...spiked, paused: 'lunch' }, 'ROLLBACK', /MEMORY of edge-2/],
    ['errors', { window: { answers: 500, errors: 6, p99Ms: 60 } }, 'ROLLBACK', /ERRORS: 0.012 of 500/],
    ['slow answers', { window: { answers: 500, errors: 0, p99Ms: 100.1 } }, 'ROLLBACK', /LATENCY: 100.1 ms/],
    [
      'errors while monitoring does not know the nodes',
      { window: { answers: 500, errors: 6, p99Ms: 60 }, nodes: null },
      'ROLLBACK',
      /ERRORS/,
    ],
    ['at the limit', { ...passing, window: { answers: 100, errors: 1, p99Ms: 100 } }, 'WAIT', /all checks pass/],
    ['requests without an answer', unanswered(6), 'ROLLBACK', /ERRORS: 0.01581 of 506 requests/],
    [
      'no answer at all',
      { ...unanswered(300), window: { answers: 0, errors: 0, p99Ms: null } },
      'ROLLBACK',
      /ERRORS: 1 of 300 requests .* had no answer/,
    ],
    ['a node that does not count those', unanswered(null), 'WAIT', /ERRORS: edge-2 does not say how many/],
    ['what a silent node said long ago', unanswered(300, { heardAt: after(20) }), 'HOLD', /^HEARD of edge-2: [^;]*$/],
    [
      'features that only the candidate lacks',
      stale(0, 11, { nodes: ['edge-1', 'edge-2'] }),
      'ROLLBACK',
      /^FEATURES: 0.11 of 200 values/,
    ],
    ['features that the control lacks as well', stale(50, 50), 'WAIT', /FEATURES: 0.5 .*; 0.5 at the control as well/],
    ['fewer requests than were asked for', asked(8.4), 'HOLD', /^THROUGHPUT: 8.333 answers a second .* 8.4 or more$/],
    ['as many as were asked for', { ...passing, ...asked(8.3) }, 'WAIT', /all checks pass/],
    ['no traffic', { window: { answers: 0, errors: 0, p99Ms: null } }, 'WAIT', /0 answers/],
    ['a node that was ready is gone', { nodes: [node('edge-1')] }, 'HOLD', /HEARD of edge-2: was ready at the switch/],
    ['a node is silent', withNode({ heardAt: after(20) }), 'HOLD', /HEARD of edge-2/],
    ['a node has lost the way back', withNode({ serving: [loaded(CANDIDATE, 9)] }), 'WAIT', /READY of edge-2/],
    [
      'warm runs are no longer looked at',
      {
        ...passing,
        ...withNode({
          serving: [loaded(CONTROL, 1), loaded(CANDIDATE, 999)],
        }),
      },
      'WAIT',
      /all checks pass/,
    ],
  ])('%s', (_, more, word, reason) => {
    const verdict = judge(evidence(WATCH, more));
    expect([verdict.word, verdict.reasons.join('; ')]).toEqual([word, expect.stringMatching(reason)]);
    expect(verdict.move).toBe(word === 'ROLLBACK' ? 'ROLL_BACK' : null);
  });

  it('ends once every check has passed for as long as it is watched', () => {
    const at = after(180);
    const nodes = ['edge-1', 'edge-2'].map((name) => node(name, { heardAt: at }));
    expect(judge(evidence(WATCH, { at, nodes, passedAt: START }))).toMatchObject({
      word: 'CONTINUE',
      move: 'PROMOTE',
      reasons: ['every check passes: the candidate becomes the default'],
    });
  });

  it('gives the same verdict again from its evidence as it is stored', () => {
    const given = evidence(WATCH, spiked);
    expect(judge(JSON.parse(JSON.stringify(given)) as SwitchEvidence)).toEqual(judge(given));
  });
});

it('takes a node that is silent for ten minutes for gone, unless it was ready at the switch', () => {
  const nodes = [node('edge-1', { heardAt: after(20) }), node('edge-2', { heardAt: after(19.9) })];
  expect(nodesOf(nodes, limits, after(30)).map((one) => one.node)).toEqual(['edge-1']);
  expect(nodesOf(nodes, { ...limits, nodes: ['edge-2'] }, after(30))).toHaveLength(2);
});
