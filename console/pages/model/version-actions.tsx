import type { JSX } from 'preact';
import type { Operation } from '../../../client/operation.ts';
import { ask } from '../../graph/ask.ts';
import { nameOf } from '../../app/ids.ts';
import { Action, textOf, useMay } from '../../ui/action.tsx';
import {
  ApproveVersion,
  ReinstateVersion,
  RejectVersion,
  RetireVersion,
  SubmitVersion,
  SuspendVersion,
  ValidateVersion,
  WithdrawVersion,
} from './operations.ts';

interface Step {
  readonly action: string;
  readonly label: string;
  /** The states in which it is offered. */
  readonly from: readonly string[];
  readonly effect: string;
  readonly reason: 'required' | 'optional' | 'none';
  readonly tone?: 'primary' | 'danger';
  readonly operation: Operation<unknown, unknown>;
}

/** The steps of the approval life. What is not possible from where it stands is not shown; what is not allowed says why. */
const STEPS: readonly Step[] = [
  {
    action: 'submitModelVersion',
    label: 'Submit',
    from: ['DRAFT'],
    effect: 'From then on it does not change, except in words and tags, and waits for its validation.',
    reason: 'optional',
    tone: 'primary',
    operation: SubmitVersion,
  },
  {
    action: 'validateModelVersion',
    label: 'Validate',
    from: ['SUBMITTED'],
    effect: 'Every check is recomputed from the stored bytes. If all pass, it waits for an approver.',
    reason: 'none',
    tone: 'primary',
    operation: ValidateVersion,
  },
  {
    action: 'approveModelVersion',
    label: 'Approve',
    from: ['VALIDATED'],
    effect: 'Releases may run it. Nothing changes in traffic until somebody promotes one.',
    reason: 'optional',
    tone: 'primary',
    operation: ApproveVersion,
  },
  {
    action: 'rejectModelVersion',
    label: 'Reject',
    from: ['SUBMITTED', 'VALIDATED'],
    effect: 'It never serves. Another version can be registered.',
    reason: 'required',
    tone: 'danger',
    operation: RejectVersion,
  },
  {
    action: 'withdrawModelVersion',
    label: 'Withdraw',
    from: ['DRAFT', 'SUBMITTED', 'VALIDATED'],
    effect: 'Nobody decides on it any more, and it never serves.',
    reason: 'optional',
    operation: WithdrawVersion,
  },
  {
    action: 'suspendModelVersion',
    label: 'Suspend',
    from: ['APPROVED'],
    effect: 'It gets no new traffic. What serves goes on until it is rolled back or killed.',
    reason: 'required',
    tone: 'danger',
    operation: SuspendVersion,
  },
  {
    action: 'reinstateModelVersion',
    label: 'Reinstate',
    from: ['SUSPENDED'],
    effect: 'It is approved again, on the terms that it had.',
    reason: 'required',
    tone: 'primary',
    operation: ReinstateVersion,
  },
  {
    action: 'retireModelVersion',
    label: 'Retire',
    from: ['APPROVED', 'SUSPENDED'],
    effect: 'It is out of use for good. What serves cannot be retired.',
    reason: 'optional',
    operation: RetireVersion,
  },
];

export function VersionActions({ id, state }: { readonly id: string; readonly state: string }): JSX.Element {
  const steps = STEPS.filter(({ from }) => from.includes(state));
  const may = useMay(
    steps.map(({ action }) => action),
    id,
  );
  return (
    <>
      {steps.map(({ action, label, effect, reason, tone, operation }) => (
        <Action
          key={action}
          label={label}
          title={`${label} ${nameOf(id)}`}
          {...(tone && { tone })}
          permission={may(action)}
          effect={<p>{effect}</p>}
          reason={reason}
          run={(values) => {
            const given = textOf(values, 'reason');
            return ask(operation, { input: { id, ...(given !== null && { reason: given }) } });
          }}
          done={`${nameOf(id)}: ${label.toLowerCase()} is done`}
        />
      ))}
    </>
  );
}
