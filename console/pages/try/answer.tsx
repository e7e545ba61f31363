import type { JSX } from 'preact';
import type { Query } from '../../graph/query.ts';
import { AssetLink } from '../../ui/id.tsx';
import { decimal, percent } from '../../ui/numbers.ts';
import { Panel } from '../../ui/panel.tsx';
import { State, words } from '../../ui/state.tsx';
import { Table } from '../../ui/table.tsx';
import type { TryRecipeQuery } from './operations.ts';

type Tried = NonNullable<TryRecipeQuery['dryRunRecipe']>;
type Answer = Tried['answers'][number];
type Problem = Tried['problems'][number];

const shown = (value: unknown): string =>
  value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);

/** What would be answered, and all that led to it. */
export function AnswerPanels({ query }: { readonly query: Query<TryRecipeQuery> }): JSX.Element {
  const tried = query.data?.dryRunRecipe;
  const answer = tried?.answers[0];
  const problems = [...(tried?.problems ?? []), ...(answer?.problem ? [answer.problem] : [])];
  return (
    <>
      <Panel title="Answer" query={query} of={(data) => data.dryRunRecipe}>
        {() => (problems.length > 0 ? <Problems of={problems} /> : answer && <Outcome of={answer} />)}
      </Panel>
      {answer && problems.length === 0 && <Grounds of={answer} query={query} />}
    </>
  );
}

const Problems = ({ of }: { readonly of: readonly Problem[] }): JSX.Element => (
  <div class="notice bad" role="status">
    {of.map(({ field, message, allowed }) => (
      <p key={field + message}>
        {message}
        {allowed.length > 0 && <span class="small"> Allowed: {allowed.join(', ')}</span>}
      </p>
    ))}
  </div>
);

const Outcome = ({ of: { score, decision, confidence, reason, fallback } }: { readonly of: Answer }): JSX.Element => (
  <div role="status" class="verdict">
    <p>
      <strong>{decision ?? decimal(score)}</strong>{' '}
      {fallback && <State tone="warn">{`fallback: ${words(fallback.cause)}`}</State>}
    </p>
    <p class="small">
      {score !== null && `score ${decimal(score)}`}
      {confidence !== null && `, confidence ${percent(confidence)}`}
      {reason !== null && `: ${reason}`}
    </p>
    {fallback && (
      <p class="muted">
        {fallback.detail}; declared for that: {words(fallback.action)}
      </p>
    )}
  </div>
);

/** Everything that the answer rests on: models, rules, features, derived fields. */
const Grounds = ({
  of: { models, rules, features, derived },
  query,
}: {
  readonly of: Answer;
  readonly query: Query<TryRecipeQuery>;
}): JSX.Element => (
  <>
    <Panel title="Models" query={query} of={() => models}>
      {(all) => (
        <Table
          caption="Scores of the models"
          rows={all}
          keyOf={({ name }) => name}
          columns={[
            { title: 'Model', cell: ({ version }) => <AssetLink id={version} /> },
            {
              title: 'Score',
              isNumber: true,
              cell: ({ score, problem }) => (score === null ? (problem ?? 'not its turn') : decimal(score)),
            },
          ]}
        />
      )}
    </Panel>
    {rules.length > 0 && (
      <Panel title="Rules" note="those that match or fail, in their order" query={query} of={() => rules}>
        {(all) => (
          <Table
            caption="Rules that match or fail"
            rows={all}
            keyOf={({ name }) => name}
            columns={[
              { title: 'Rule', cell: ({ name }) => name },
              {
                title: 'What came of it',
                cell: ({ outcome, error }) => `${words(outcome)}${error === null ? '' : `: ${words(error)}`}`,
              },
              { title: 'Action', cell: ({ action }) => action },
            ]}
          />
        )}
      </Panel>
    )}
    {features.length + derived.length > 0 && (
      <Panel
        title="Values"
        note="what the models and rules were given besides the inputs"
        query={query}
        of={() => features}
      >
        {(all) => (
          <Table
            caption="Features and derived fields"
            rows={[...all, ...derived.map((one) => ({ ...one, status: 'DERIVED' }))]}
            keyOf={({ name }) => name}
            columns={[
              { title: 'Name', cell: ({ name }) => name },
              { title: 'Value', isNumber: true, cell: ({ value }) => shown(value) },
              { title: 'Status', cell: ({ status }) => words(status) },
            ]}
          />
        )}
      </Panel>
    )}
  </>
);
