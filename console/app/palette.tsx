import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useQuery } from '../graph/query.ts';
import { Kind } from '../ui/id.tsx';
import { useSyncExternal } from '../ui/use-sync-external.ts';
import { hrefOf, nameOf } from './ids.ts';
import { go, href } from './location.ts';
import { Find } from './operations.ts';
import { paletteIsOpen } from './palette-state.ts';

const TYPING_MS = 120;

/** Search over everything, wherever one is. */
export function Palette(): JSX.Element | null {
  const isOpen = useSyncExternal(paletteIsOpen);
  return isOpen ? <OpenPalette /> : null;
}

function open(address: string): void {
  paletteIsOpen.set(false);
  go(address);
}

function OpenPalette(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  // Before the next key: what is typed at once belongs to the dialog.
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    const timer = setTimeout(() => setText(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data, isFirst } = useQuery(Find, text === '' ? null : { text });
  const found = text === '' ? [] : (data?.search?.edges ?? []).map(({ node }) => node);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setChosen((at) => Math.max(0, Math.min(found.length - 1, at + step)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const node = found[chosen];
      open(node ? hrefOf(node.id) : href('/search', { q: typed.trim() }));
    }
  };
  return (
    <dialog class="palette" ref={dialog} aria-label="Search everything" onClose={() => paletteIsOpen.set(false)}>
      <input
        role="combobox"
        aria-label="Search everything"
        aria-expanded={found.length > 0}
        aria-controls="found"
        aria-activedescendant={found.length > 0 ? `found-${chosen}` : undefined}
        autocomplete="off"
        placeholder="A name, an owner, words of a description, an id"
        value={typed}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul role="listbox" id="found" aria-label="Found">
        {found.map(({ id }, at) => (
          <li key={id} id={`found-${at}`} role="option" aria-selected={at === chosen} onClick={() => open(hrefOf(id))}>
            <span>{nameOf(id)}</span>
            <span class="small muted">
              <Kind id={id} />
            </span>
          </li>
        ))}
      </ul>
      <p role="status">{statusOf(text, isFirst, found.length)}</p>
    </dialog>
  );
}

function statusOf(text: string, isFirst: boolean, found: number): string {
  if (text === '') return 'Arrows choose, Enter opens, Esc closes.';
  if (isFirst) return 'Searching…';
  return found === 0 ? `Nothing is called “${text}”.` : `${found === 12 ? 'The first 12' : found} found`;
}
