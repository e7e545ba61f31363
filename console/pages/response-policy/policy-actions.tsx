import type { JSX } from 'preact';
import { ask } from '../../graph/ask.ts';
import { Action, textOf, useMay } from '../../ui/action.tsx';
import { actsAlone } from '../../ui/response-words.ts';
import { PauseResponsePolicy, ResumeResponsePolicy, type ResponsePolicyPageQuery } from './operations.ts';

export type Policy = NonNullable<ResponsePolicyPageQuery['responsePolicy']>;

const STEPS = ['pauseResponsePolicy', 'resumeResponsePolicy', 'approveResponseRun'] as const;

/** A policy is stopped by whoever may write; to let it act alone again takes an approver. */
export function PolicyActions({ of: { id, name, paused, definition } }: { readonly of: Policy }): JSX.Element {
  const may = useMay(STEPS, id);
  if (paused === null) {
    return (
      <Action
        label="Pause"
        title={`Pause ${name}`}
        permission={may('pauseResponsePolicy')}
        effect={<p>It does nothing until a person resumes it. A run that acts already goes on.</p>}
        reason="required"
        run={(values) => ask(PauseResponsePolicy, { input: { policy: id, reason: textOf(values, 'reason') ?? '' } })}
        done={`${name} is paused`}
      />
    );
  }
  return (
    <Action
      label="Resume"
      tone="primary"
      title={`Resume ${name}`}
      permission={may(actsAlone(definition) ? 'approveResponseRun' : 'resumeResponsePolicy')}
      effect={<p>It acts again, within its brakes. {paused.by === null && 'Its breaker closes.'}</p>}
      reason="none"
      run={() => ask(ResumeResponsePolicy, { input: { policy: id } })}
      done={`${name} is in force`}
    />
  );
}
