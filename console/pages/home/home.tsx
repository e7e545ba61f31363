import type { JSX } from 'preact';
import type { PageComponent } from '../../app/pages.ts';
import { href } from '../../app/location.ts';
import { useQuery } from '../../graph/query.ts';
import { Page } from '../../ui/page.tsx';
import { EventRail } from './event-rail.tsx';
import { Inbox } from './inbox.tsx';
import { FirstSteps, Serving } from './operations.ts';
import { ServingNow } from './serving-now.tsx';
import { Steps } from './steps.tsx';

export const page: PageComponent = () => (
  <Page title="Home" tab="Home">
    <FirstUse />
    <div class="columns">
      <div>
        <Inbox />
        <ServingNow />
      </div>
      <aside>
        <EventRail />
      </aside>
    </div>
  </Page>
);

const has = (list: { readonly edges: readonly unknown[] } | null): boolean => (list?.edges.length ?? 0) > 0;

/** Five steps, ticked by what is there; gone once something is deployed. */
function FirstUse(): JSX.Element | null {
  const serving = useQuery(Serving, {});
  const isNew = serving.data?.deployments?.edges.length === 0;
  const { data, problems } = useQuery(FirstSteps, isNew ? {} : null);
  if (!isNew || !data || problems.length > 0) return null;
  if (has(data.deployments)) return null;
  return (
    <Steps
      of={[
        { name: 'Name a source of data', done: has(data.sources), to: href('/search', { kind: 'SOURCE' }) },
        {
          name: 'Define a feature view over it',
          done: has(data.featureViews),
          to: href('/search', { kind: 'FEATURE_VIEW' }),
        },
        { name: 'Make a training set', done: has(data.trainingSets), to: href('/search', { kind: 'TRAINING_SET' }) },
        { name: 'Register a model version', done: has(data.modelVersions), to: href('/models') },
        { name: 'Deploy it', done: false, to: href('/deployments') },
      ]}
    />
  );
}
