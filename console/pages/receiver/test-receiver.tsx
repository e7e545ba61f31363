import type { JSX } from 'preact';
import { ask, type Answer } from '../../graph/ask.ts';
import { problemOf } from '../../graph/problem.ts';
import { Action, type Permissions } from '../../ui/action.tsx';
import { TryReceiver } from './operations.ts';

/** Sends a test now. What the receiver answers is the result: a refusal of its own is one too. */
export const TestReceiver = ({
  id,
  name,
  may,
}: {
  readonly id: string;
  readonly name: string;
  readonly may: Permissions;
}): JSX.Element => (
  <Action
    label="Test"
    title={`Send a test to ${name}`}
    permission={may('testReceiver')}
    effect={<p>It gets one message that says that nothing has happened.</p>}
    reason="none"
    run={() => tested(id)}
    done={`${name} took the test`}
  />
);

async function tested(receiver: string): Promise<Answer<unknown>> {
  const answer = await ask(TryReceiver, { input: { receiver } });
  const met = answer.data?.testReceiver;
  if (!met || met.ok) return answer;
  const problem = problemOf({ message: met.answer, extensions: { code: 'NOT_DELIVERED' } }, undefined);
  return { ...answer, problems: [problem] };
}
