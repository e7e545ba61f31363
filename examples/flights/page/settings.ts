/** What the install says of itself in `settings.js`; all of it is public. */
interface PageSettings {
  readonly controlUrl: string;
  readonly key: string;
}

declare global {
  var tiffinSettings: PageSettings | undefined;
}

export function readSettings(): PageSettings {
  const settings = globalThis.tiffinSettings;
  if (!settings) throw new Error('settings.js is missing: the page has to be served by the edge of npm start');
  return settings;
}
