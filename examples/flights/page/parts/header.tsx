import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { chooseTheme, chosenTheme, THEMES, type Theme } from '../theme.ts';
import type { ModelState } from '../use-edge.ts';

interface HeaderProps {
  readonly isOnline: boolean;
  readonly model: ModelState;
}

export function Header({ isOnline, model }: HeaderProps): JSX.Element {
  return (
    <header>
      <div class="title">
        <h1>Will my flight be late?</h1>
        <p>{leadOf(model, isOnline)}</p>
      </div>
      <div class="tools">
        <span class={`pill ${isOnline ? 'online' : 'offline'}`} role="status">
          {isOnline ? 'Online' : 'No network'}
        </span>
        <InstallButton />
        <ThemeButton />
      </div>
    </header>
  );
}

function leadOf(model: ModelState, isOnline: boolean): string {
  if (model.kind === 'NONE') return `A server answers: ${model.why}.`;
  if (model.kind !== 'READY') return isOnline ? 'The model is on its way into this browser.' : 'No model is here yet.';
  return isOnline ? 'The model is in this browser. It needs no network.' : 'The model is in this browser, and answers.';
}

const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };
const SIGNS: Readonly<Record<Theme, string>> = { system: '◐', light: '☀', dark: '☾' };

function ThemeButton(): JSX.Element {
  const [theme, setTheme] = useState(chosenTheme);
  const turn = (): void => {
    const next = NEXT[theme];
    chooseTheme(next);
    setTheme(next);
  };
  const label = `Theme: ${theme}. Change to ${NEXT[theme]} (of ${THEMES.join(', ')})`;
  return (
    <button type="button" class="icon" onClick={turn} aria-label={label} title={label}>
      <span aria-hidden="true">{SIGNS[theme]}</span>
    </button>
  );
}

/** What Chromium offers where an app can be installed. */
interface InstallEvent extends Event {
  prompt(): Promise<void>;
}

function InstallButton(): JSX.Element | null {
  const [offer, setOffer] = useState<InstallEvent | null>(null);
  useEffect(() => {
    const take = (event: Event): void => {
      event.preventDefault();
      setOffer(event as InstallEvent);
    };
    addEventListener('beforeinstallprompt', take);
    return () => removeEventListener('beforeinstallprompt', take);
  }, []);
  if (!offer) return null;
  const install = (): void => void offer.prompt().then(() => setOffer(null));
  return (
    <button type="button" onClick={install}>
      Install
    </button>
  );
}
