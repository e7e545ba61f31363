import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Facts } from '../ui/facts.tsx';
import { useSyncExternal } from '../ui/use-sync-external.ts';
import { keysAreOn, switchKeys } from './keyboard.ts';
import { PLACES } from './pages.ts';
import { helpIsOpen } from './palette-state.ts';

export function Help(): JSX.Element | null {
  const isOpen = useSyncExternal(helpIsOpen);
  return isOpen ? <OpenHelp /> : null;
}

function OpenHelp(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const areOn = useSyncExternal(keysAreOn);
  // Before the next key: what is typed at once belongs to the dialog.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const places = PLACES.flatMap(([, group]) => group);
  return (
    <dialog ref={dialog} aria-labelledby="keys" onClose={() => helpIsOpen.set(false)}>
      <h2 id="keys">Keys</h2>
      <Facts
        of={[
          ['/ or Ctrl K', 'search everything'],
          ['j, k', 'next and previous row'],
          ['Enter', 'open the row'],
          ...places.map(({ key, title }) => [`g ${key}`, `go to ${title}`] as const),
          ['?', 'these keys'],
          ['Esc', 'close'],
        ]}
      />
      <form method="dialog">
        <div class="buttons">
          <button type="button" onClick={switchKeys}>
            {areOn ? 'Switch single keys off' : 'Switch single keys on'}
          </button>
          <button type="submit" class="primary">
            Close
          </button>
        </div>
      </form>
    </dialog>
  );
}
