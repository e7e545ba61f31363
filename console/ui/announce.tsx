import type { JSX } from 'preact';
import { makeStore, useSyncExternal } from './use-sync-external.ts';

const said = makeStore('');

/** Says what came of an action, to those who see it and to those who hear it. */
export const announce = (text: string): void => said.set(text);

export function Announcer(): JSX.Element {
  return (
    <div class="sr-only" aria-live="polite">
      {useSyncExternal(said)}
    </div>
  );
}
