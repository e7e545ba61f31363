import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/**
 * Leaves out what turns schemas into JSON Schema: zod gives every schema the method for it, so no bundler sees that nobody calls it.
 * An edge checks by its schemas and describes none of them; where it did, the call would throw.
 */
export const withoutJsonSchema: Plugin = {
  name: 'without-json-schema',
  setup: (build) => {
    build.onLoad(
      { filter: /[\\/]zod[\\/]v4[\\/]core[\\/](json-schema-processors|to-json-schema)\.js$/ },
      ({ path }) => {
        const exported = [...readFileSync(path, 'utf8').matchAll(/^export (?:const|function) (\w+)/gm)];
        const left = 'const left = () => { throw new Error("there is no JSON Schema in this bundle"); };';
        // Made once for each kind of schema, and called by nobody.
        const made = ['createToJSONSchemaMethod', 'createStandardJSONSchemaMethod'];
        const names = exported.map(
          ([, name = '']) => `export const ${name} = ${made.includes(name) ? '() => left' : 'left'};`,
        );
        return { contents: [left, ...names].join('\n') };
      },
    );
  },
};
