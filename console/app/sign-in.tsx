import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import icon from '../icon.svg';
import { Page } from '../ui/page.tsx';
import { useLocation } from './location.ts';

/** What went wrong at a sign-in, by the code that the gateway sends the browser back with. */
const WHY: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'The issuer’s token was not taken: it is not for this install, or has expired.',
  UNAVAILABLE: 'The issuer does not answer at the moment. Try again.',
  MALFORMED: 'The sign-in was not finished, or was begun in another browser. Begin again.',
  TOO_LARGE: 'The issuer’s token is too large for a cookie: it has to carry fewer claims.',
  FAILED_PRECONDITION: 'Signing in at an issuer is not set up here.',
};

const hasIssuer = (): boolean => document.documentElement.dataset['issuer'] === 'true';

/** Shown in production to whoever is not signed in, or is no more: it leads back to where they were. */
export function SignInPage({ hasEnded }: { readonly hasEnded: boolean }): JSX.Element {
  const { query } = useLocation();
  const failed = query.get('signin');
  const to = failed === null ? location.pathname + location.search : '/console';
  return (
    <main class="sign-in" id="main">
      <img src={icon} alt="" />
      <Page title="Tiffin" tab="Sign in" lead="Sign in to see what serves, and why.">
        {failed !== null && <p class="notice bad">{WHY[failed] ?? 'You could not be signed in.'}</p>}
        {hasEnded && (
          <p class="notice warn" role="alert">
            Your session has ended. Whatever you sent since then was not done. Sign in again, and you are back on this
            page.
          </p>
        )}
        {hasIssuer() && (
          <p>
            <a class="button" href={`/auth/login?to=${encodeURIComponent(to)}`}>
              Sign in
            </a>
          </p>
        )}
        <details open={!hasIssuer()}>
          <summary>With a token, or the secret of the first administrator</summary>
          <TokenForm to={to} />
        </details>
      </Page>
    </main>
  );
}

function TokenForm({ to }: { readonly to: string }): JSX.Element {
  const [refused, setRefused] = useState<string>();
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const token = new FormData(event.currentTarget).get('token');
    try {
      const answer = await fetch('/auth/token', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-tiffin-console': '1' },
        body: JSON.stringify({ token }),
      });
      if (answer.ok) location.assign(to);
      else setRefused(((await answer.json()) as { detail?: string }).detail ?? 'It was not taken.');
    } catch {
      setRefused('The server does not answer.');
    }
  };
  return (
    <form class="filters" onSubmit={(event) => void submit(event)}>
      <label>
        Token or secret
        <input type="password" name="token" autocomplete="off" required size={36} />
      </label>
      <button type="submit">Use it</button>
      {refused !== undefined && <p role="alert">{refused}</p>}
    </form>
  );
}

/** Ends the session of this browser. */
export async function signOut(): Promise<void> {
  await fetch('/auth/logout', { method: 'POST', headers: { 'x-tiffin-console': '1' } });
  location.assign('/console');
}
