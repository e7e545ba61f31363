import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** A constant at the top of a file, to the semicolon after which the next statement begins. */
const CONSTANT = /^((?:export )?const \w+(?:: [^=\n]+)? = )([\s\S]*?);\n(?=\n?(?:[^\s)}]|$))/gm;

/** Says of each schema that making it does nothing else, so that those which nobody reads by are left out. */
export const withPureSchemas: Plugin = {
  name: 'with-pure-schemas',
  setup: (build) => {
    build.onLoad({ filter: /\/schema\/[\w-]+\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(
        CONSTANT,
        (_, name: string, value: string) => `${name}/* @__PURE__ */ (() => (${value}))();\n`,
      ),
      loader: 'ts',
    }));
  },
};
