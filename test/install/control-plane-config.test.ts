import { expect, it } from 'vitest';
import { readControlPlaneConfig } from '../../install/control-plane-config.ts';

it('runs on loopback in dev mode with nothing set', () => {
  expect(readControlPlaneConfig({})).toMatchObject({
    dev: true,
    host: '127.0.0.1',
    database: undefined,
    edge: { enabled: true, port: 4100 },
    example: 'true',
  });
});

it('uses one account for everything unless an owner is named', () => {
  const url = 'postgres://app@db/tiffin';
  expect(readControlPlaneConfig({ DATABASE_URL: url }).database).toEqual({ url, ownerUrl: url });
  const ownerUrl = 'postgres://owner@db/tiffin';
  expect(readControlPlaneConfig({ DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl }).database).toEqual({
    url,
    ownerUrl,
  });
});

it.each([
  [{}, 'true'],
  [{ TIFFIN_EXAMPLE: 'false' }, 'false'],
  [{ TIFFIN_EXAMPLE: 'parcels' }, 'parcels'],
  [{ TIFFIN_EDGE: 'false' }, 'false'],
  [{ MODE: 'production' }, 'false'],
])('sets up all examples, none or one: %j', (variables, example) => {
  expect(readControlPlaneConfig(variables, ['ants', 'parcels']).example).toBe(example);
});

it.each([
  [{ MODE: 'production', TIFFIN_EXAMPLE: 'true' }, /TIFFIN_EXAMPLE: is for MODE=dev/],
  [{ TIFFIN_EDGE: 'false', TIFFIN_EXAMPLE: 'true' }, /TIFFIN_EXAMPLE: needs the edge/],
  [{ TIFFIN_EDGE: 'false', TIFFIN_EXAMPLE: 'ants' }, /TIFFIN_EXAMPLE: needs the edge/],
  [{ TIFFIN_EXAMPLE: 'bees' }, /TIFFIN_EXAMPLE: must be one of true, false, ants, not "bees"/],
])('refuses %j', (variables, message) => {
  expect(() => readControlPlaneConfig(variables, ['ants'])).toThrow(message);
});

it('says everything that is wrong at once', () => {
  expect(() =>
    readControlPlaneConfig({ MODE: 'test', EDGE_PORT: '70000', DATABASE_OWNER_URL: 'postgres://owner@db/x' }),
  ).toThrow(
    /MODE: must be one of dev, production[^]*DATABASE_URL: goes with[^]*EDGE_PORT: must be a whole number from 1 to 65535/,
  );
});
