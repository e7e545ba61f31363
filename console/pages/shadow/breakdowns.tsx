import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useQuery } from '../../graph/query.ts';
import { Facts } from '../../ui/facts.tsx';
import { count, decimal, percent } from '../../ui/numbers.ts';
import { Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { ShadowBreakdowns, type ShadowBreakdownsQuery } from './operations.ts';

type Breakdowns = NonNullable<NonNullable<ShadowBreakdownsQuery['shadow']>['result']>;

/** Where both disagree, what that would have cost, and how their scores and times differ: asked apart, since it takes longer. */
export function Details({ id, pairs }: { readonly id: string; readonly pairs: number }): JSX.Element {
  const query = useQuery(ShadowBreakdowns, { id });
  const { refetch } = query;
  // With each pair that the page has heard of.
  useEffect(refetch, [pairs]);
  const isEmpty = resultOf(query.data) === undefined;
  const empty = (text: string): JSX.Element => <p class="muted">{isEmpty ? 'No pair of answers yet.' : text}</p>;
  return (
    <>
      <Panel
        title="Where they disagree"
        note="values of segments, by how many more disagreements they hold than their size explains"
        query={query}
        of={(data) => notEmpty(resultOf(data)?.slices)}
        empty={empty('No segment holds disagreements: the recipe declares none, or both decide alike.')}
      >
        {(slices) => (
          <Table
            caption="Segments with disagreements"
            rows={slices}
            keyOf={({ segment, value }) => `${segment}=${value}`}
            columns={[
              { title: 'Segment', isShort: true, cell: ({ segment, value }) => `${segment}=${value}` },
              { title: 'Disagreements', isNumber: true, cell: ({ flips }) => count(flips.count) },
              { title: 'Of all', isNumber: true, cell: ({ shareOfFlips }) => percent(shareOfFlips, 0) },
              { title: 'Of the pairs', isNumber: true, cell: ({ shareOfPairs }) => percent(shareOfPairs, 0) },
              { title: 'p', isNumber: true, cell: ({ p }) => chance(p) },
            ]}
          />
        )}
      </Panel>
      <Panel
        title="What it would have cost"
        note="by the costs that were declared with the shadow"
        query={query}
        of={(data) => resultOf(data)?.impact}
        empty={empty('No costs of decisions were declared.')}
      >
        {(impact) => (
          <Facts
            of={[
              ['An answer as given', decimal(impact.primary, 2)],
              ['As the candidate’s', decimal(impact.candidate, 2)],
              ['Difference', between(impact.difference, impact.interval, 2)],
              ['Over all pairs', decimal(impact.total, 2)],
              ['Pairs', `${count(impact.pairs)}, ${count(impact.undeclared)} without a declared cost left out`],
            ]}
          />
        )}
      </Panel>
      <Panel
        title="Scores and time"
        note="pair by pair; each p is for one look"
        query={query}
        of={(data) => {
          const result = resultOf(data);
          return result && result.scoreShift.n > 0 ? result : null;
        }}
        empty={empty('No pair has a score of both yet.')}
      >
        {({ scoreShift, signTest, wilcoxon, latency }) => (
          <Facts
            of={[
              ['Scores higher by', withP(between(scoreShift.difference, scoreShift.interval, 4), scoreShift.p)],
              ['How often', withP(`higher ${count(signTest.higher)}, lower ${count(signTest.lower)}`, signTest.p)],
              ['By ranks (Wilcoxon)', withP(`${count(wilcoxon.n)} pairs differ`, wilcoxon.p)],
              [
                'Slower by',
                latency.meanDifference === null ? null : `${decimal(latency.meanDifference, 2)} ms on average`,
              ],
              [
                'Median, 99th percentile',
                latency.primary && latency.candidate && times(latency.primary, latency.candidate),
              ],
            ]}
          />
        )}
      </Panel>
    </>
  );
}

const resultOf = (data: ShadowBreakdownsQuery | null): Breakdowns | undefined => data?.shadow?.result ?? undefined;

const notEmpty = <Item,>(items: readonly Item[] | undefined): readonly Item[] | null =>
  items && items.length > 0 ? items : null;

const chance = (p: number): string => (p < 0.0001 ? '< 0.0001' : decimal(p));

const withP = (what: string, p: number): ComponentChildren => (
  <>
    {what} <span class="muted">p {p < 0.0001 ? chance(p) : `= ${chance(p)}`}</span>
  </>
);

interface Interval {
  readonly lower: number;
  readonly upper: number;
}

const between = (value: number | null, interval: Interval | null, digits: number): string =>
  interval === null
    ? decimal(value, digits)
    : `${decimal(value, digits)}, between ${decimal(interval.lower, digits)} and ${decimal(interval.upper, digits)}`;

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

const times = (primary: Quantiles, candidate: Quantiles): string =>
  `${pair(primary)} as given, ${pair(candidate)} the candidate’s`;

const pair = ({ p50, p99 }: Quantiles): string => `${decimal(p50, 2)} and ${decimal(p99, 2)} ms`;
