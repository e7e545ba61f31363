import type { JSX } from 'preact';
import { nameOf } from '../app/ids.ts';
import { AssetLink } from './id.tsx';
import { StateOf } from './state.tsx';

interface Role {
  readonly role: string;
  readonly deployment: { readonly id: string };
}

const SHOWN = 3;

/** What a version does in which deployments, computed from their traffic. */
export function Roles({ of }: { readonly of: readonly Role[] }): JSX.Element {
  if (of.length === 0) return <span class="muted">in no release</span>;
  return (
    <>
      {of.slice(0, SHOWN).map(({ role, deployment }) => (
        <div key={`${role} ${deployment.id}`}>
          <StateOf value={role} /> <AssetLink id={deployment.id}>{nameOf(deployment.id)}</AssetLink>
        </div>
      ))}
      {of.length > SHOWN && <span class="muted">and {of.length - SHOWN} more</span>}
    </>
  );
}
