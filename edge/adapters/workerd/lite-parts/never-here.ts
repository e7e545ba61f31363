import type * as streams from '../../../../core/server-events.ts';
import type * as events from '../../../delivery/manifest-events.ts';
import type * as keys from '../../../node/reread-keys.ts';
import type * as warming from '../../../engines/warm-up.ts';

/** What a worker of a CDN never comes to: it holds no stream open, and its clock stands still while it computes. */
const never = (): never => {
  throw new Error('a worker never comes here');
};

export const serverEvents: typeof streams.serverEvents = never;
export const followManifestEvents: typeof events.followManifestEvents = never;
export const warmUp: typeof warming.warmUp = never;
export const warmUpReasons: typeof warming.warmUpReasons = never;

/** Its keys are settings, which change with the worker. */
export const rereadKeys: typeof keys.rereadKeys = () => ({
  name: 'keys',
  everyMs: 3_600_000,
  run: () => Promise.resolve(true),
});
