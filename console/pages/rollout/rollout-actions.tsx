import type { JSX } from 'preact';
import { ask } from '../../graph/ask.ts';
import { Action, textOf, useMay } from '../../ui/action.tsx';
import {
  AbortIt,
  ApproveStepIt,
  PauseIt,
  PromoteRolloutIt,
  ResumeIt,
  SkipStepIt,
  StartRolloutIt,
  type RolloutPageQuery,
} from './operations.ts';

type Rollout = NonNullable<RolloutPageQuery['rollout']>;

const ACTIONS = [
  'startRollout',
  'approveRolloutStep',
  'pauseRollout',
  'resumeRollout',
  'skipRolloutStep',
  'promoteRollout',
  'abortRollout',
] as const;

/** What a person may do to a rollout from where it stands. */
export function RolloutActions({ of }: { readonly of: Rollout }): JSX.Element | null {
  const { id, name, status, paused, step: number, steps } = of;
  const may = useMay(ACTIONS, id);
  const reasoned = (values: FormData) => ({ input: { rollout: id, reason: textOf(values, 'reason') ?? '' } });
  const plain = { input: { rollout: id } };
  if (status === 'DRAFT') {
    return (
      <Action
        label="Start"
        tone="primary"
        title={`Start ${name}`}
        permission={may('startRollout')}
        effect={<p>The first step begins: it takes the split of the deployment’s traffic, or is refused.</p>}
        reason="none"
        run={() => ask(StartRolloutIt, plain)}
        done={`${name} has begun`}
      />
    );
  }
  if (status !== 'RUNNING') return null;
  const step = steps.find((one) => one.number === number);
  return (
    <>
      {step?.approval === true && step.approvedBy === null && (
        <Action
          label="Let it go on"
          tone="primary"
          title={`Let step ${number} of ${name} go on`}
          permission={may('approveRolloutStep')}
          effect={<p>Once its guardrails hold the next step begins by itself. Never by whoever made the rollout.</p>}
          reason="none"
          run={() => ask(ApproveStepIt, plain)}
          done={`step ${number} may go on`}
        />
      )}
      {paused === null ? (
        <Action
          label="Pause"
          title={`Pause ${name}`}
          permission={may('pauseRollout')}
          effect={<p>It stays at its share. A candidate that is shown to harm is rolled back all the same.</p>}
          reason="required"
          run={(values) => ask(PauseIt, reasoned(values))}
          done={`${name} is paused`}
        />
      ) : (
        <Action
          label="Resume"
          tone="primary"
          title={`Resume ${name}`}
          permission={may('resumeRollout')}
          effect={<p>It is judged again; what bakes begins to bake anew.</p>}
          reason="none"
          run={() => ask(ResumeIt, plain)}
          done={`${name} goes on`}
        />
      )}
      <Action
        label="Skip the step"
        title={`Skip step ${number} of ${name}`}
        permission={may('skipRolloutStep')}
        effect={<p>The next step begins at once, whatever this one has shown.</p>}
        reason="required"
        run={(values) => ask(SkipStepIt, reasoned(values))}
        done={`step ${number} is skipped`}
      />
      <Action
        label="Promote"
        title={`Promote the candidate of ${name}`}
        permission={may('promoteRollout')}
        effect={<p>The candidate answers everybody at once, whatever is still to come.</p>}
        reason="required"
        run={(values) => ask(PromoteRolloutIt, reasoned(values))}
        done={`the candidate of ${name} is the default`}
      />
      <Action
        label="Roll back"
        tone="danger"
        title={`Roll back ${name}`}
        permission={may('abortRollout')}
        effect={<p>What answered before answers everybody again. The rollout has ended.</p>}
        reason="required"
        run={(values) => ask(AbortIt, reasoned(values))}
        done={`${name} is rolled back`}
      />
    </>
  );
}
