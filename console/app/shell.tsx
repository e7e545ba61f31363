import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import icon from '../icon.svg';
import { chosenUser, chooseUser, DEV_USERS, type DevUser } from '../graph/identity.ts';
import { liveState } from '../graph/live.ts';
import { asOf, onAnswer, useQuery } from '../graph/query.ts';
import { useSyncExternal } from '../ui/use-sync-external.ts';
import { switchClock, utcClock } from './clock.ts';
import { href, useLocation } from './location.ts';
import { Me } from './operations.ts';
import { PLACES } from './pages.ts';
import { openPalette } from './palette-state.ts';
import { signOut } from './sign-in.tsx';
import { chooseTheme, chosenTheme, THEMES, type Theme } from './theme.ts';

export const isDevMode = (): boolean => document.documentElement.dataset['mode'] === 'dev';

/** In dev mode there are no passwords: whoever comes chooses who they are, and is reminded of it. */
export function DevBar(): JSX.Element | null {
  if (!isDevMode()) return null;
  return (
    <aside class="dev-bar" aria-label="Development mode">
      <strong>Development mode</strong>
      <span>no passwords, this machine only</span>
      <label>
        You are
        <select value={chosenUser()} onChange={({ currentTarget }) => chooseUser(currentTarget.value as DevUser)}>
          {DEV_USERS.map((user) => (
            <option key={user} value={user}>
              {user}
            </option>
          ))}
        </select>
      </label>
    </aside>
  );
}

export function Side(): JSX.Element {
  const { path } = useLocation();
  const here = path.split('/')[1] ?? '';
  return (
    <header class="side">
      <a class="brand" href={href('/')}>
        <img src={icon} alt="" />
        <span>Tiffin</span>
      </a>
      <nav aria-label="Places">
        {PLACES.map(([group, places]) => (
          <div key={group}>
            <h2>{group}</h2>
            <ul>
              {places.map(({ title, path: to, below }) => (
                <li key={to}>
                  <a href={href(`/${to}`)} aria-current={to === here || below.includes(here) ? 'page' : undefined}>
                    {title}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
    </header>
  );
}

export function Top(): JSX.Element {
  const { data } = useQuery(Me, {});
  const isUtc = useSyncExternal(utcClock);
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  const choose = (next: Theme): void => {
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <div class="top">
      <button type="button" class="find" onClick={openPalette}>
        Search everything <kbd>/</kbd>
      </button>
      <span class="spacer" />
      <AsOf />
      <button type="button" class="quiet" onClick={switchClock} title="Show times in UTC or by this machine’s clock">
        {isUtc ? 'UTC' : 'local time'}
      </button>
      <label>
        <span class="sr-only">Theme</span>
        <select value={theme} onChange={({ currentTarget }) => choose(currentTarget.value as Theme)}>
          {THEMES.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      {data?.me && !isDevMode() && (
        <>
          <span class="small muted">{data.me.name.replace(/^user:/, '')}</span>
          <button type="button" class="quiet" onClick={() => void signOut()}>
            Sign out
          </button>
        </>
      )}
    </div>
  );
}

/** When the server was last heard, and whether the page hears of changes as they happen. */
function AsOf(): JSX.Element {
  const [at, setAt] = useState(asOf);
  const state = useSyncExternal(liveState);
  useEffect(() => onAnswer(setAt), []);
  const text = at?.toISOString().slice(11, 19);
  return (
    <span class={`as-of ${state === 'live' ? 'live' : 'stale'}`}>
      <span class="dot" />
      {text === undefined ? 'not answered yet' : `as of ${text} UTC`} · {state === 'live' ? 'live' : 'every 15 s'}
    </span>
  );
}
