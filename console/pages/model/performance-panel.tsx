import type { JSX } from 'preact';
import { useQuery } from '../../graph/query.ts';
import { Facts } from '../../ui/facts.tsx';
import { count, decimal, percent } from '../../ui/numbers.ts';
import { Panel } from '../../ui/panel.tsx';
import { inFull } from '../../ui/time.tsx';
import { VersionPerformance } from './operations.ts';

/** What its answers turned out to be worth. */
export function PerformancePanel({ id }: { readonly id: string }): JSX.Element {
  const query = useQuery(VersionPerformance, { id });
  return (
    <Panel
      title="In traffic"
      query={query}
      of={({ modelVersion }) => modelVersion?.performance}
      empty={<p class="muted">It never answered.</p>}
    >
      {({ from, to, total }) => (
        <>
          <Facts
            of={[
              ['AUC', decimal(total.auc)],
              ['Brier score', decimal(total.brier)],
              ['Predictions', count(total.predictions)],
              ['With outcome', percent(total.labelCoverage)],
            ]}
          />
          <p class="small muted">
            {inFull(from)} to {inFull(to)}
          </p>
        </>
      )}
    </Panel>
  );
}
