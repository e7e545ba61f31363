import type { ComponentChildren, JSX } from 'preact';

/** Names and values below each other; what has no value is left out. */
export const Facts = ({ of }: { readonly of: readonly (readonly [string, ComponentChildren])[] }): JSX.Element => (
  <dl class="facts">
    {of.flatMap(([name, value]) =>
      value === null || value === undefined || value === false || value === ''
        ? []
        : [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{value}</dd>],
    )}
  </dl>
);
