import type { JSX } from 'preact';
import { ask } from '../../graph/ask.ts';
import { Action, textOf, useMay } from '../../ui/action.tsx';
import { ArchiveIt, DecideIt, StartIt, StopIt, type ExperimentPageQuery } from './operations.ts';
import { Revise } from './revise.tsx';

type Acted = NonNullable<ExperimentPageQuery['experiment']>;

const ACTIONS = [
  'startExperiment',
  'changeExperimentSplit',
  'reviseExperiment',
  'stopExperiment',
  'decideExperiment',
  'archiveExperiment',
] as const;

export function ExperimentActions({ of }: { readonly of: Acted }): JSX.Element {
  const { id, name, status } = of;
  const may = useMay(ACTIONS, id);
  return (
    <>
      {status === 'DRAFT' && (
        <Action
          label="Start"
          tone="primary"
          title={`Start ${name}`}
          permission={may('startExperiment')}
          effect={<p>It takes the split of the deployment’s traffic; refused where another holds it.</p>}
          reason="none"
          run={() => ask(StartIt, { input: { experiment: id } })}
          done={`${name} runs`}
        />
      )}
      {(status === 'RUNNING' || status === 'DRAFT') && <Revise of={of} may={may} />}
      {status === 'RUNNING' && (
        <Action
          label="Stop"
          tone="danger"
          title={`Stop ${name}`}
          permission={may('stopExperiment')}
          effect={<p>The default answers everybody again. What was measured stays.</p>}
          reason="required"
          run={(values) => ask(StopIt, { input: { experiment: id, reason: textOf(values, 'reason') ?? '' } })}
          done={`${name} is stopped`}
        />
      )}
      {status === 'STOPPED' && (
        <Action
          label="Decide"
          tone="primary"
          title={`Decide ${name}`}
          permission={may('decideExperiment')}
          effect={
            <p>The decision is kept with the recommendation of this moment. Traffic is moved by promoting a release.</p>
          }
          fields={
            <label>
              What was decided
              <select name="ships">
                <option value="no">The control stays</option>
                <option value="yes">The candidate ships</option>
              </select>
            </label>
          }
          reason="required"
          run={(values) =>
            ask(DecideIt, {
              input: {
                experiment: id,
                ships: textOf(values, 'ships') === 'yes',
                reason: textOf(values, 'reason') ?? '',
              },
            })
          }
          done={`${name} is decided`}
        />
      )}
      {(status === 'DECIDED' || status === 'STOPPED') && (
        <Action
          label="Archive"
          title={`Archive ${name}`}
          permission={may('archiveExperiment')}
          effect={<p>It is out of the way, and stays to be read.</p>}
          reason="none"
          run={() => ask(ArchiveIt, { input: { experiment: id } })}
          done={`${name} is archived`}
        />
      )}
    </>
  );
}
