import type { JSX } from 'preact';
import { ask } from '../../graph/ask.ts';
import { Action, textOf, useMay } from '../../ui/action.tsx';
import { words } from '../../ui/state.tsx';
import type { Incident } from './incident.tsx';
import {
  AcknowledgeIncident,
  AddIncidentNote,
  GiveIncidentRole,
  ResolveIncident,
  type IncidentRole,
} from './operations.ts';

const ROLES = ['COMMANDER', 'OPERATIONS', 'COMMUNICATIONS', 'SCRIBE'] as const satisfies readonly IncidentRole[];

const STEPS = ['acknowledgeIncident', 'resolveIncident', 'addIncidentNote', 'giveIncidentRole'] as const;

const comment = (values: FormData): string => textOf(values, 'comment') ?? '';

/** What people do with an incident. */
export function IncidentActions({ of: { id, status, title } }: { readonly of: Incident }): JSX.Element {
  const may = useMay(STEPS, id);
  const isOpen = status === 'OPEN';
  return (
    <>
      {isOpen && (
        <Action
          label="Acknowledge"
          tone="primary"
          title={`Say that you are on it: ${title}`}
          permission={may('acknowledgeIncident')}
          effect={<p>Its open alerts are acknowledged too: nobody further is called.</p>}
          fields={<Text label="What is being done" name="comment" />}
          reason="none"
          run={(values) => ask(AcknowledgeIncident, { input: { incident: id, comment: comment(values) } })}
          done="you are on it"
        />
      )}
      <Action
        label={isOpen ? 'Resolve' : 'Say what it was'}
        title={isOpen ? `Say that it is over: ${title}` : `Say what it was: ${title}`}
        permission={may('resolveIncident')}
        effect={
          <p>
            {isOpen
              ? 'It ends now. Alerts of it that still fire stay to be seen; another one within half an hour opens it again.'
              : 'It has ended. What you say stands in its timeline and in the figures of the month.'}
          </p>
        }
        fields={
          <>
            <Text label="What it was, and what was done" name="comment" />
            <label>
              <input type="checkbox" name="falseAlarm" /> It was a false alarm
            </label>
          </>
        }
        reason="none"
        run={(values) =>
          ask(ResolveIncident, {
            input: { incident: id, comment: comment(values), falseAlarm: values.has('falseAlarm') },
          })
        }
        done={isOpen ? 'it is resolved' : 'it is kept'}
      />
      <Action
        label="Add a note"
        title="Add a note"
        permission={may('addIncidentNote')}
        effect={<p>It stands in the timeline, with your name.</p>}
        fields={<Text label="What was found or done" name="note" />}
        reason="none"
        run={(values) => ask(AddIncidentNote, { input: { incident: id, note: textOf(values, 'note') ?? '' } })}
        done="the note is kept"
      />
      <Action
        label="Give a role"
        title="Give somebody a role"
        permission={may('giveIncidentRole')}
        effect={<p>Whoever has the role now gives it away.</p>}
        fields={
          <>
            <label>
              Role
              <select name="role">
                {ROLES.map((role) => (
                  <option key={role} value={role}>
                    {words(role)}
                  </option>
                ))}
              </select>
            </label>
            <label>
              <span>
                Who <span class="hint">as user:ada; left empty, you</span>
              </span>
              <input name="person" maxLength={200} />
            </label>
          </>
        }
        reason="none"
        run={(values) =>
          ask(GiveIncidentRole, {
            input: {
              incident: id,
              role: ROLES.find((one) => one === textOf(values, 'role')) ?? 'COMMANDER',
              person: textOf(values, 'person'),
            },
          })
        }
        done="the role is given"
      />
    </>
  );
}

const Text = ({ label, name }: { readonly label: string; readonly name: string }): JSX.Element => (
  <label>
    {label}
    <textarea name={name} maxLength={2000} required />
  </label>
);
