import type { JSX } from 'preact';
import { Copy } from './id.tsx';

/** The same question for a script: each page says how. */
export function AsCode({
  id,
  field,
  selection,
}: {
  readonly id: string;
  readonly field: string;
  readonly selection: string;
}): JSX.Element {
  const graphql = `{ ${field}(id: "${id}") ${selection} }`;
  const curl = `curl -s ${location.origin}/graphql -H 'content-type: application/json' -d '${JSON.stringify({ query: graphql })}'`;
  return (
    <details class="foot">
      <summary>The same from a script</summary>
      <p>
        GraphQL <Copy text={graphql} />
      </p>
      <p>
        curl <Copy text={curl} />
      </p>
      <p>
        the command <Copy text={`tiffin api '${graphql}'`} />
      </p>
    </details>
  );
}
