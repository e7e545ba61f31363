/** Tests that show on a runtime, and on an engine there, the answers that a node of the test's own process gives. */
interface Shown {
  readonly file: string;
  /** How the full names of the tests begin. */
  readonly begins: string;
}

interface RuntimeRow {
  readonly name: string;
  /** Null: the runtime does not have the engine. */
  readonly tabular: Shown | null;
  readonly ort: Shown | null;
}

const HERE = 'test/edge/runtimes-faults.test.ts';
const INTEROP = 'test/interop/runtimes.test.ts';
const BROWSERS = 'test/interop/browsers.test.ts';
const shown = (file: string, name: string): Shown => ({ file, begins: `${name} > answers the request set > ` });
const both = (name: string, file: string): RuntimeRow => ({
  name,
  tabular: shown(file, `${name}, tabular`),
  ort: shown(file, `${name}, ort`),
});
const tabularAlone = (name: string, file: string): RuntimeRow => ({
  name,
  tabular: shown(file, `${name}, tabular`),
  ort: null,
});

export const RUNTIMES: readonly RuntimeRow[] = [
  both('Node', HERE),
  tabularAlone('workerd (lite)', HERE),
  both('workerd (full)', HERE),
  tabularAlone("Chromium's service worker, offline", HERE),
  tabularAlone("Firefox's service worker, offline", BROWSERS),
  tabularAlone("WebKitGTK's service worker, offline", BROWSERS),
  both('Deno', INTEROP),
  both('Bun', INTEROP),
  {
    name: 'one engine as the other',
    tabular: { file: HERE, begins: 'the request set across engines > answers > ' },
    ort: null,
  },
];

export const RUNTIME_FILES: readonly string[] = [HERE, INTEROP, BROWSERS];
