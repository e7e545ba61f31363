import { makeStore } from '../ui/use-sync-external.ts';
import { go, href } from './location.ts';
import { PLACES } from './pages.ts';
import { helpIsOpen, openPalette } from './palette-state.ts';

const KEPT_AS = 'tiffin.keys';
const SECOND_KEY_MS = 1_000;

/** Single keys can be switched off (WCAG 2.1.4): whoever dictates types many by accident. */
export const keysAreOn = makeStore(localStorage.getItem(KEPT_AS) !== 'off');

export function switchKeys(): void {
  const next = !keysAreOn.get();
  localStorage.setItem(KEPT_AS, next ? 'on' : 'off');
  keysAreOn.set(next);
}

const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The keys that work on every page; none while one types or a dialog is open. */
export function listenToKeys(): () => void {
  let sawG = -Infinity;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'k' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      openPalette();
      return;
    }
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!keysAreOn.get() || !isPlain || isTyping(event) || document.querySelector('dialog[open]')) return;
    if (performance.now() - sawG < SECOND_KEY_MS) {
      sawG = -Infinity;
      const place = PLACES.flatMap(([, places]) => places).find(({ key }) => key === event.key);
      if (place) {
        event.preventDefault();
        go(href(`/${place.path}`));
      }
      return;
    }
    if (event.key === 'g') sawG = performance.now();
    else if (event.key === '/') {
      event.preventDefault();
      openPalette();
    } else if (event.key === '?') helpIsOpen.set(true);
    else if (event.key === 'j') moveRow(1);
    else if (event.key === 'k') moveRow(-1);
  };
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}

/** Goes to the first link of the next row, so that Enter opens it. */
function moveRow(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main tbody tr')].filter((row) => row.querySelector('a'));
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at === -1 ? (step > 0 ? 0 : rows.length - 1) : at + step];
  next?.querySelector('a')?.focus();
}
