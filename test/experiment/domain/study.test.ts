import { describe, expect, it } from 'vitest';
import { checkShadow, hasEnded, SHADOW, type Shadow } from '../../../subgraphs/experiment/domain/shadow/shadow.ts';
import { confirmed, follow, type PendingStep } from '../../../subgraphs/experiment/domain/study.ts';

const RELEASE = 'tiffin:default:release:eta@production/2';
const draft: Shadow = {
  project: 'default',
  name: 's',
  description: '',
  hypothesis: '',
  deployment: 'tiffin:default:deployment:eta@production',
  arms: [{ name: 'candidate', release: RELEASE, modelVersions: [] }],
  share: 0.5,
  costs: [],
  unit: 'user',
  seed: 's',
  hashVersion: 2,
  positiveFrom: 0.5,
  minEffect: 0.001,
  endsAt: null,
  status: 'DRAFT',
  lease: null,
  pending: null,
  startedAt: null,
  stoppedAt: null,
  createdAt: new Date(0),
  createdBy: 'user:x',
  revision: 1,
};
const at = new Date('2026-01-02T00:00:00Z');
const ME = 'tiffin:default:shadow:s';
const step = (verb: PendingStep['verb']): PendingStep => ({
  id: 'a',
  verb,
  at,
  by: 'user:x',
  reason: null,
  revised: null,
  balanced: null,
  to: null,
  news: null,
});
const news = { trafficRevision: 8, holder: ME, versions: { candidate: ['v2'] }, at };
const waiting: Shadow = { ...draft, pending: step('START') };

describe('the life of what holds traffic', () => {
  const started = confirmed(SHADOW, waiting, step('START'), 7);

  it('goes one way, each step once the registry has done it', () => {
    expect(started).toMatchObject({
      status: 'RUNNING',
      startedAt: at,
      revision: 2,
      pending: null,
      lease: { trafficRevision: 7, lostAt: null },
    });
    const stopped = confirmed(SHADOW, started, step('STOP'), null);
    expect(stopped).toMatchObject({ status: 'STOPPED', lease: null, stoppedAt: at });
    expect(() => SHADOW.after(stopped, step('START'))).toThrow('a STOPPED shadow cannot become RUNNING');
    expect(() => SHADOW.after(draft, step('STOP'))).toThrow('a DRAFT shadow cannot become STOPPED');
  });

  it('follows the registry: its version, and when it lost its place', () => {
    const known = follow(started, news, ME)!;
    expect(known.arms[0]!.modelVersions).toEqual(['v2']);
    expect(follow(known, news, ME)).toBeNull();
    expect(follow(known, { ...news, trafficRevision: 6, holder: null }, ME), 'old news').toBeNull();
    const lost = follow(known, { ...news, holder: null, versions: {} }, ME)!;
    expect(lost.lease?.lostAt).toEqual(at);
    expect(follow(lost, { ...news, holder: null }, ME)).toBeNull();
    expect(follow(draft, news, ME)).toBeNull();
  });

  it('learns what it compared also where that is heard after it stopped, or while it stops', () => {
    const stopped = confirmed(SHADOW, started, step('STOP'), null);
    const late = follow(stopped, news, ME)!;
    expect(late).toMatchObject({
      status: 'STOPPED',
      revision: stopped.revision + 1,
      arms: [{ modelVersions: ['v2'] }],
    });
    expect(follow(late, news, ME)).toBeNull();
    expect(follow(stopped, { ...news, holder: 'tiffin:default:shadow:other' }, ME)).toBeNull();

    const stopping = { ...started, pending: step('STOP') };
    const gone = { ...news, holder: null, versions: {} };
    const heard = follow(follow(stopping, news, ME)!, gone, ME)!;
    expect(heard).toMatchObject({ pending: { news: gone }, arms: [{ modelVersions: ['v2'] }] });
    expect(confirmed(SHADOW, heard, step('STOP'), null)).toMatchObject({ arms: [{ modelVersions: ['v2'] }] });
  });

  it('keeps what the registry says while a step waits, and counts it once the step is done', () => {
    const heard = follow(waiting, news, ME)!;
    expect(heard).toMatchObject({ status: 'DRAFT', revision: 1, arms: [{ modelVersions: [] }] });
    expect(confirmed(SHADOW, heard, step('START'), 7)).toMatchObject({
      status: 'RUNNING',
      arms: [{ modelVersions: ['v2'] }],
      lease: { lostAt: null },
      pending: null,
    });
  });

  it('has ended when it was stopped, lost its place, or its time is over', () => {
    expect(hasEnded(started, at)).toBe(false);
    expect(hasEnded(confirmed(SHADOW, started, step('STOP'), null), at)).toBe(true);
    expect(hasEnded({ ...started, endsAt: at }, at)).toBe(true);
    expect(hasEnded({ ...started, endsAt: new Date(at.getTime() + 1) }, at)).toBe(false);
    expect(hasEnded({ ...started, lease: { trafficRevision: 7, lostAt: at } }, at)).toBe(true);
  });

  it.each([
    ['share', { share: 0 }],
    ['share', { share: 1.01 }],
    ['share', { share: Number.NaN }],
    ['minEffect', { minEffect: 0 }],
    ['positiveFrom', { positiveFrom: Infinity }],
    ['unit', { unit: ' ' }],
    ['seed', { seed: '' }],
    ['name', { name: 'two words' }],
  ])('is not designed with a wrong %s', (field, change) => {
    expect(() => checkShadow({ ...draft, ...change })).toThrowError(
      expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining({ field }) }),
    );
  });
});
