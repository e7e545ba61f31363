export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEPT_AS = 'tiffin.theme';

const isTheme = (text: string | null): text is Theme => (THEMES as readonly (string | null)[]).includes(text);

/** What the address asks for (a page inside another one), else what was chosen in this browser. */
export function chosenTheme(): Theme {
  const asked = new URLSearchParams(location.search).get('theme');
  if (isTheme(asked)) return asked;
  const kept = localStorage.getItem(KEPT_AS);
  return isTheme(kept) ? kept : 'system';
}

export function applyTheme(theme: Theme = chosenTheme()): void {
  document.documentElement.dataset['theme'] = theme;
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEPT_AS, theme);
  applyTheme(theme);
}
