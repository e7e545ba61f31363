import type { JSX } from 'preact';
import { Me } from '../../app/operations.ts';
import { ask } from '../../graph/ask.ts';
import { useQuery } from '../../graph/query.ts';
import { Action, textOf, useMay } from '../../ui/action.tsx';
import { person } from '../../ui/person.ts';
import { actionWords } from '../../ui/response-words.ts';
import { isUnderWay } from '../../ui/response.tsx';
import { ApproveResponseRun, RejectResponseRun, type ResponseRunPageQuery } from './operations.ts';

export type Run = NonNullable<ResponseRunPageQuery['responseRun']>;

const STEPS = ['approveResponseRun', 'rejectResponseRun'] as const;

/** What a person decides about a run: nothing once it has ended. */
export function RunActions({ of }: { readonly of: Run }): JSX.Element | null {
  const { id, state, author, definition, deployment } = of;
  const may = useMay(STEPS, id);
  const me = useQuery(Me, {}).data?.me;
  if (!isUnderWay(state)) return null;
  const decide = (values: FormData) => ({ input: { run: id, reason: textOf(values, 'reason') ?? '' } });
  const action = actionWords(definition);
  const approval = may('approveResponseRun');
  return (
    <>
      {state === 'ASKING' && (
        <Action
          label="Approve"
          tone="primary"
          title={`Approve: ${action}`}
          permission={
            approval?.allowed === true && me?.name === author
              ? {
                  ...approval,
                  allowed: false,
                  reason: `to approve it takes somebody other than ${person(author)}, who made the policy (rule G1)`,
                }
              : approval
          }
          effect={
            <p>
              It begins now on {deployment.id.split(':').at(-1)}, on behalf of {person(author)}.
            </p>
          }
          reason="required"
          run={(values) => ask(ApproveResponseRun, decide(values))}
          done="it is approved and begins"
        />
      )}
      <Action
        label="Reject"
        tone="danger"
        title={`Reject: ${action}`}
        permission={may('rejectResponseRun')}
        effect={
          <p>
            It ends now.{' '}
            {state === 'ACTING'
              ? 'What it has begun elsewhere, as a rollout, goes on there.'
              : 'Its policy does nothing more about this incident.'}
          </p>
        }
        reason="required"
        run={(values) => ask(RejectResponseRun, decide(values))}
        done="it is rejected"
      />
    </>
  );
}
