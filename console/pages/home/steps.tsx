import type { JSX } from 'preact';
import { Section } from '../../ui/panel.tsx';
import { Shape } from '../../ui/state.tsx';

interface Step {
  readonly name: string;
  readonly done: boolean;
  readonly to: string;
}

export const Steps = ({ of }: { readonly of: readonly Step[] }): JSX.Element => (
  <Section title="First steps" note="ticked by what is there">
    <ol class="checks">
      {of.map(({ name, done, to }) => (
        <li key={name} class={done ? 'pass' : undefined}>
          <Shape tone={done ? 'good' : 'plain'} />
          <a href={to}>{name}</a>
          <span class="muted">{done ? 'done' : 'not yet'}</span>
        </li>
      ))}
    </ol>
    <p class="small muted">
      An example with real data does all five: <code>npm start -- --example flights</code>
    </p>
  </Section>
);
