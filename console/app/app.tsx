import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { keepLive } from '../graph/live.ts';
import { session as sessionOf } from '../graph/session.ts';
import { Page } from '../ui/page.tsx';
import { Skeleton } from '../ui/panel.tsx';
import { Announcer } from '../ui/announce.tsx';
import { useSyncExternal } from '../ui/use-sync-external.ts';
import { listenToKeys } from './keyboard.ts';
import { followLinks, useLocation } from './location.ts';
import { PAGES, type PageComponent } from './pages.ts';
import { useQuery } from '../graph/query.ts';
import { Help } from './help.tsx';
import { Me } from './operations.ts';
import { Palette } from './palette.tsx';
import { DevBar, isDevMode, Side, Top } from './shell.tsx';
import { SignInPage } from './sign-in.tsx';

export function App(): JSX.Element {
  useEffect(() => {
    const ends = [followLinks(), listenToKeys(), keepLive()];
    return () => {
      for (const end of ends) end();
    };
  }, []);
  // Asked for as long as the tab is open: a sign-in in another tab brings this one back.
  useQuery(Me, {});
  const session = useSyncExternal(sessionOf);
  if (!isDevMode() && session !== 'open') return <SignInPage hasEnded={session === 'ended'} />;
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <DevBar />
      <Side />
      <main class="content" id="main">
        <Top />
        <Routed />
      </main>
      <Palette />
      <Help />
      <Announcer />
    </div>
  );
}

/** The page that the address names, loaded when it is first wanted. */
function Routed(): JSX.Element {
  const { path } = useLocation();
  const [, name = '', ...rest] = path.split('/');
  const load = PAGES[name];
  const [loaded, setLoaded] = useState<{ readonly name: string; readonly page: PageComponent }>();
  const [failed, setFailed] = useState<string>();
  useLayoutEffect(() => {
    if (!load || loaded?.name === name) return undefined;
    let isWanted = true;
    load().then(
      ({ page }) => isWanted && setLoaded({ name, page }),
      () => isWanted && setFailed(name),
    );
    return () => {
      isWanted = false;
    };
  }, [name]);
  if (!load) return <NoPage />;
  if (failed === name) return <NotLoaded />;
  if (loaded?.name !== name) return <Skeleton />;
  const tail = rest.join('/');
  return <loaded.page key={`${name}/${tail}`} tail={tail} />;
}

const NoPage = (): JSX.Element => (
  <Page title="There is no such page" lead="The address may be of another version of the console.">
    <a href="/console">To the start</a>
  </Page>
);

const NotLoaded = (): JSX.Element => (
  <Page
    title="This page could not be loaded"
    lead="The server does not answer, or was updated since this tab was opened."
  >
    <button type="button" onClick={() => location.reload()}>
      Load again
    </button>
  </Page>
);
