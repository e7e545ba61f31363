import type { JSX } from 'preact';
import { idOf, nameOf } from '../../app/ids.ts';
import { setQuery, useLocation } from '../../app/location.ts';
import type { PageComponent } from '../../app/pages.ts';
import { useQuery } from '../../graph/query.ts';
import { NeverUsed } from '../../ui/empty.tsx';
import { AssetLink, Copy } from '../../ui/id.tsx';
import { insteadOf } from '../../ui/not-there.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel, Section } from '../../ui/panel.tsx';
import { Problems } from '../../ui/problems.tsx';
import { AnswerPanels } from './answer.tsx';
import { StoredFeatures, TryPage, TryRecipe, type TryPageQuery } from './operations.ts';
import { curlOf, entityOf, formOf, inputsOf, type FormRecipe, type RecipeInput } from './recipe.ts';

type Release = NonNullable<NonNullable<TryPageQuery['deployment']>['live']>;

/** In the address each input has this before its name. */
const PREFIX = 'in.';

/** What would it answer to this? */
export const page: PageComponent = ({ tail }) => {
  const id = idOf('deployment', tail);
  const query = useQuery(TryPage, { id });
  const deployment = query.data?.deployment;
  const instead = insteadOf(id, query, deployment);
  if (instead) return instead;
  return (
    <Page
      title={`Try ${nameOf(id)}`}
      eyebrow={
        <>
          deployment <AssetLink id={id} />
        </>
      }
      lead="What its live release would answer to a request. Nothing is logged or changed."
    >
      <Panel
        title="Request"
        note={deployment?.live && `release ${deployment.live.number}`}
        query={query}
        of={(data) => data.deployment?.live}
        empty={<NeverUsed title="Nothing serves yet">Promote a release of it first.</NeverUsed>}
      >
        {({ recipe }) => <Form of={formOf(recipe)} />}
      </Panel>
      {deployment?.live && <Tried release={deployment.live} endpoint={deployment.endpoint.name} />}
    </Page>
  );
};

/** A field for each input of the recipe; what is sent is in the address. */
function Form({ of }: { readonly of: FormRecipe }): JSX.Element {
  const { query } = useLocation();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const values = new FormData(event.currentTarget);
    const typed = (name: string): string | undefined => {
      const value = values.get(name);
      return typeof value === 'string' ? value : undefined;
    };
    setQuery(Object.fromEntries(of.inputs.map(({ name }) => [PREFIX + name, typed(name)])));
  };
  return (
    <form class="sheet" onSubmit={submit}>
      {of.inputs.map((input) => (
        <label key={input.name}>
          <span>
            {input.name} <span class="hint">{`${kindOf(input)}${input.required ? '' : ', may be left out'}`}</span>
          </span>
          <Field of={input} value={query.get(PREFIX + input.name) ?? ''} />
        </label>
      ))}
      <div class="buttons">
        <button type="submit" class="primary">
          Try it
        </button>
      </div>
    </form>
  );
}

const KINDS = { BOOL: 'true or false', FLOAT64: 'number', INT64: 'whole number', STRING: 'text', TIMESTAMP: 'moment' };

const kindOf = ({ dtype, shape }: RecipeInput): string =>
  shape ? `${shape.join(' × ')} numbers, as JSON` : KINDS[dtype];

function Field({ of: { name, dtype, required, shape }, value }: { readonly of: RecipeInput; readonly value: string }) {
  if (shape) return <textarea name={name} required={required} defaultValue={value} placeholder="[0, 1, 2]" />;
  if (dtype === 'BOOL') {
    return (
      <select name={name} required={required} defaultValue={value}>
        <option value="" />
        <option value="true">true</option>
        <option value="false">false</option>
      </select>
    );
  }
  const isNumber = dtype === 'FLOAT64' || dtype === 'INT64';
  return (
    <input
      name={name}
      required={required}
      defaultValue={value}
      autocomplete="off"
      {...(isNumber && {
        inputMode: 'decimal',
        pattern: dtype === 'INT64' ? '-?[0-9]+' : '-?[0-9.]+([eE][+\\-]?[0-9]+)?',
      })}
      {...(dtype === 'TIMESTAMP' && { placeholder: '2026-03-01T10:00:00Z' })}
    />
  );
}

/** The answer to what the address says, once it says all that is needed. */
function Tried({ release, endpoint }: { readonly release: Release; readonly endpoint: string }): JSX.Element | null {
  const { query } = useLocation();
  const recipe = formOf(release.recipe);
  const inputs = inputsOf(recipe, (name) => query.get(PREFIX + name));
  const isAsked = Object.keys(inputs).length > 0;
  const entity = entityOf(recipe, inputs);
  const service = release.featureService?.id;
  const readsFeatures = isAsked && service !== undefined && entity !== null;
  const stored = useQuery(StoredFeatures, readsFeatures ? { input: { service, entities: [entity] } } : null);
  const features = Object.fromEntries(
    (stored.data?.onlineFeatures?.rows[0]?.features ?? [])
      .filter(({ status }) => status === 'PRESENT' || status === 'NULL_VALUE')
      .map(({ name, value }) => [name, value]),
  );
  // What the store cannot say is taken as not found, as a node would take it.
  const isReady = isAsked && (!readsFeatures || stored.data !== null || stored.problems.length > 0);
  const tried = useQuery(
    TryRecipe,
    isReady ? { input: { recipe: release.recipe, requests: [{ inputs, features }] } } : null,
  );
  if (!isAsked) return null;
  return (
    <>
      <Problems of={stored} />
      <AnswerPanels query={tried} />
      <Section title="The same at an edge" note="there it is an answer that counts: it is logged">
        <p>
          <Copy text={curlOf(endpoint, inputs)} />
        </p>
        <p class="small muted">EDGE is where an edge answers, KEY a key with the scope edge:predict.</p>
      </Section>
    </>
  );
}
