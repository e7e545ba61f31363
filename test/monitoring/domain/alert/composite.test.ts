import { describe, expect, it } from 'vitest';
import { isSuppressed, type CompositeAlert } from '../../../../subgraphs/monitoring/domain/alert/composite.ts';

const degraded: CompositeAlert = {
  rule: 'degraded',
  suppresses: ['slow', 'wrong'],
  declares: ['team'],
  labels: { alertname: 'degraded', severity: 'critical', team: 'risk', city: 'pune' },
};

describe('a composite that fires', () => {
  it.each([
    ['its part', 'slow', { city: 'pune' }, true],
    ['a part of which the city is not known', 'wrong', {}, true],
    ['a part with labels of its own', 'slow', { city: 'pune', node: 'edge-1' }, true],
    ['a part of other severity and team: these are said by rules', 'slow', { severity: 'info', team: 'web' }, true],
    ['the same rule elsewhere', 'slow', { city: 'goa' }, false],
    ['a rule that it does not name', 'stale', { city: 'pune' }, false],
    ['itself', 'degraded', { city: 'pune' }, false],
  ])('and %s', (_, rule, labels, suppressed) =>
    expect(isSuppressed({ rule, labels: { ...labels, alertname: rule } }, [degraded])).toBe(suppressed),
  );

  it('does not silence one that names it in turn', () => {
    const slow: CompositeAlert = { rule: 'slow', suppresses: ['degraded'], declares: [], labels: { city: 'pune' } };
    expect(isSuppressed({ rule: 'slow', labels: slow.labels }, [degraded, slow])).toBe(false);
    expect(isSuppressed({ rule: 'degraded', labels: degraded.labels }, [degraded, slow])).toBe(false);
    expect(isSuppressed({ rule: 'wrong', labels: {} }, [degraded, slow])).toBe(true);
  });
});
