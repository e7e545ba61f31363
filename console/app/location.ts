import { useEffect, useState } from 'preact/hooks';

/** Everything that changes the picture is in the address: it can be sent to somebody, kept, and gone back to. */
export interface Location {
  /** Below `/console`, as `/deployment/fraud@production`; percent-encoded as ids are. */
  readonly path: string;
  readonly query: URLSearchParams;
}

const BASE = '/console';
const watchers = new Set<() => void>();

const read = (): Location => ({
  path: location.pathname.slice(BASE.length) || '/',
  query: new URLSearchParams(location.search),
});

/** The address of a page of the console. */
export const href = (path: string, query: Readonly<Record<string, string | undefined>> = {}): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(name, value);
  const text = search.toString();
  return `${BASE}${path}${text === '' ? '' : `?${text}`}`;
};

export function go(address: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  if (address === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  for (const watch of watchers) watch();
}

/** Changes parts of the query of this page, and keeps the rest. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  go(`${location.pathname}${text === '' ? '' : `?${text}`}`, { replace: true });
}

export function useLocation(): Location {
  const [here, setHere] = useState(read);
  useEffect(() => {
    const watch = (): void => setHere(read());
    watchers.add(watch);
    return () => void watchers.delete(watch);
  }, []);
  return here;
}

function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const address = link?.getAttribute('href');
  if (!link || !address || address.startsWith('#') || link.hasAttribute('target') || link.hasAttribute('download'))
    return;
  const url = new URL(address, location.href);
  const isOurs = url.origin === location.origin && (url.pathname === BASE || url.pathname.startsWith(`${BASE}/`));
  if (!isOurs) return;
  event.preventDefault();
  go(url.pathname + url.search);
  scrollTo(0, 0);
}

function onPop(): void {
  for (const watch of watchers) watch();
}

/** Links of the console, in SVG as well, change the page in place; whoever wants another tab gets one. */
export function followLinks(): () => void {
  document.addEventListener('click', onClick);
  addEventListener('popstate', onPop);
  return () => {
    document.removeEventListener('click', onClick);
    removeEventListener('popstate', onPop);
  };
}
