import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask, type Answer } from '../../graph/ask.ts';
import { percent } from '../../ui/numbers.ts';
import { Action, textOf, type Permissions } from '../../ui/action.tsx';
import { ChangeSplitOfIt, ReviseIt, type ExperimentPageQuery } from './operations.ts';

type Revised = NonNullable<ExperimentPageQuery['experiment']>;

interface ReviseProps {
  readonly of: Revised;
  readonly may: Permissions;
}

/** What changes while an experiment runs, with what that costs: before one does it, and after. */
export function Revise({ of, may }: ReviseProps): JSX.Element {
  const [cost, setCost] = useState<string | null>(null);
  const { id, name, revision: expectedRevision } = of;
  const kept = <Data extends object>(answer: Answer<Data>, warningOf: (data: Data) => string | null): Answer<Data> => {
    setCost(answer.data ? warningOf(answer.data) : null);
    return answer;
  };
  return (
    <>
      <Action
        label="Change split"
        title={`Change the split of ${name}`}
        permission={may('changeExperimentSplit')}
        effect={<Costs of={of} more="Units that leave an arm which shrinks take along what they learnt there." />}
        fields={of.arms.map(({ arm, share }) => (
          <label key={arm}>
            <span>
              Share of {arm} <span class="hint">now {percent(share, 1)}</span>
            </span>
            <input
              name={`share ${arm}`}
              type="number"
              min="0"
              max="1"
              step="any"
              required
              defaultValue={String(share)}
            />
          </label>
        ))}
        reason="none"
        run={async (values) => {
          const shares = of.arms.map(({ arm }) => ({ arm, share: Number(textOf(values, `share ${arm}`)) }));
          const answer = await ask(ChangeSplitOfIt, { input: { experiment: id, expectedRevision, shares } });
          return kept(answer, (data) => data.changeExperimentSplit?.warning ?? null);
        }}
        done={`${name} has another split`}
      />
      <Action
        label="Revise"
        title={`Revise ${name}`}
        permission={may('reviseExperiment')}
        effect={
          <Costs
            of={of}
            more="Another condition is about other requests, and its effect is not comparable. New metrics are judged by new units alone."
          />
        }
        fields={
          <>
            <label>
              <span>
                About <span class="hint">a condition in CEL; empty: all requests</span>
              </span>
              <textarea name="targeting" defaultValue={of.targeting ?? ''} />
            </label>
            <Names name="secondary" label="Secondary metrics" of={of.secondary.map(({ metric }) => metric)} />
            <Names name="guardrails" label="Guardrails" of={of.guardrails.map(({ metric }) => metric)} />
            <Names name="segments" label="Segments" of={of.segments} />
          </>
        }
        reason="none"
        run={async (values) => {
          const input = { experiment: id, expectedRevision, ...changesOf(of, values) };
          return kept(await ask(ReviseIt, { input }), (data) => data.reviseExperiment?.warning ?? null);
        }}
        done={`${name} is revised`}
      />
      {cost !== null && (
        <p class="notice warn" role="status">
          {cost}
        </p>
      )}
    </>
  );
}

const Costs = ({ of: { status }, more }: { readonly of: Revised; readonly more: string }): JSX.Element =>
  status === 'DRAFT' ? (
    <p>It is a draft: the change costs nothing.</p>
  ) : (
    <p>
      It begins a new revision without units; what was measured stays apart and is not added up. {more} Each revision
      that is looked at is one more chance of a false alarm. Refused once the planned units are there.
    </p>
  );

interface NamesProps {
  readonly name: string;
  readonly label: string;
  readonly of: readonly string[];
}

const Names = ({ name, label, of }: NamesProps): JSX.Element => (
  <label>
    <span>
      {label} <span class="hint">names, with commas between; empty: none</span>
    </span>
    <input name={name} defaultValue={of.join(', ')} />
  </label>
);

/** Only what is another: a metric that stays keeps its revision and margin. */
function changesOf(of: Revised, values: FormData): object {
  const targeting = textOf(values, 'targeting') ?? '';
  const [secondary, guardrails, segments] = ['secondary', 'guardrails', 'segments'].map((name) =>
    namesIn(values, name),
  );
  return {
    ...(targeting !== (of.targeting ?? '') && { targeting }),
    ...(isOther(
      secondary,
      of.secondary.map(({ metric }) => metric),
    ) && {
      secondary: secondary?.map((metric) => of.secondary.find((use) => use.metric === metric) ?? { metric }),
    }),
    ...(isOther(
      guardrails,
      of.guardrails.map(({ metric }) => metric),
    ) && {
      guardrails: guardrails?.map((metric) => of.guardrails.find((use) => use.metric === metric) ?? { metric }),
    }),
    ...(isOther(segments, of.segments) && { segments }),
  };
}

const namesIn = (values: FormData, name: string): readonly string[] =>
  (textOf(values, name) ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const isOther = (names: readonly string[] | undefined, before: readonly string[]): boolean =>
  JSON.stringify(names) !== JSON.stringify(before);
