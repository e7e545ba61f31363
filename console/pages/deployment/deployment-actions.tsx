import type { JSX } from 'preact';
import { nameOf } from '../../app/ids.ts';
import { ask } from '../../graph/ask.ts';
import { Action, textOf, useMay } from '../../ui/action.tsx';
import { Kill, LiftFreeze, RollBack, type DeploymentHeadQuery } from './operations.ts';

type Deployment = NonNullable<DeploymentHeadQuery['deployment']>;

const reasonOf = (values: FormData): string => textOf(values, 'reason') ?? '';

/** The way back is always in view. */
export function DeploymentActions({ of: { id, live, traffic, serving } }: { readonly of: Deployment }): JSX.Element {
  const may = useMay(['rollback', 'killDeployment', 'liftFreeze'], id);
  const name = nameOf(id);
  return (
    <>
      {live && (
        <Action
          label="Roll back"
          tone="primary"
          title={`Roll ${name} back`}
          permission={may('rollback')}
          effect={
            <p>
              {serving.some(({ layer }) => layer === 'ALLOCATION')
                ? 'The split that runs now ends, and the default answers everybody.'
                : `The release before release ${live.number} answers again.`}{' '}
              No approval is needed for what was approved.
            </p>
          }
          reason="required"
          run={(values) => ask(RollBack, { input: { deployment: id, reason: reasonOf(values) } })}
          done={`${name} is rolled back`}
        />
      )}
      {live && !traffic.killed && (
        <Action
          label="Kill"
          tone="danger"
          title={`Stop the model of ${name}`}
          permission={may('killDeployment')}
          effect={<p>Only the recipe’s fallback answers. Splits are frozen until a person lifts that.</p>}
          reason="required"
          run={(values) => ask(Kill, { input: { deployment: id, reason: reasonOf(values) } })}
          done={`${name} is stopped`}
        />
      )}
      {(traffic.freeze || traffic.killed) && (
        <Action
          label="Lift the freeze"
          title={`Lift the freeze of ${name}`}
          permission={may('liftFreeze')}
          effect={<p>Traffic may be split again.</p>}
          reason="required"
          run={(values) => ask(LiftFreeze, { input: { deployment: id, reason: reasonOf(values) } })}
          done={`the freeze of ${name} is lifted`}
        />
      )}
    </>
  );
}
