import { expect, it } from 'vitest';
import { NOUNS } from '../../schema/nouns.ts';
import { addressesOfNothing, ROUTES, routeOf } from '../support/console-pages.ts';

/** They stand on the page of what they are part of. */
const WITHIN = ['alert', 'alert-rule', 'column', 'model-version', 'release'];

it('every kind of asset has a page of the console, or stands on that of another', () => {
  const assets = Object.entries(NOUNS).filter(([, { asset }]) => asset);
  expect(assets.length).toBeGreaterThan(20);
  expect(assets.map(([kind]) => kind).filter((kind) => !ROUTES.includes(kind) && !WITHIN.includes(kind))).toEqual([]);
});

it('every page of the router has an address that the tests walk', () => {
  expect(ROUTES.length).toBeGreaterThan(30);
  expect(addressesOfNothing().map(routeOf)).toEqual(ROUTES);
});
