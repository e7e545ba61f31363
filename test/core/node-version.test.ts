import { expect, it } from 'vitest';
import { tooOldNode } from '../../core/node-version.ts';

it.each(['20.20.2', '22.21.0', '23.11.1'])('says on Node %s what is needed and where it is', (version) => {
  expect(tooOldNode(version)).toBe(
    `this needs Node 24, and this is ${version}. Of "npm ci" (without --ignore-scripts) there is one: ` +
      'run node_modules/.bin/node instead of node, or an npm script',
  );
});

it.each(['24.0.0', '25.1.0', '100.0.0'])('has nothing to say on Node %s', (version) => {
  expect(tooOldNode(version)).toBeUndefined();
});
