import { createClient, type EdgeClient } from '../../../packages/edge/client.ts';
import { readSettings } from './settings.ts';

export const ENDPOINT = 'flight-delay';
const DEPLOYMENT = /:deployment:flight-delay@production$/;

/** Who is asked: the model in this browser, or the server that the page came from. */
export type Asked = 'local' | 'remote';

const server = { url: location.origin, key: readSettings().key };

/** One client for each. The local one asks the server itself where this browser can hold no model. */
export const clients: Readonly<Record<Asked, EdgeClient>> = {
  local: createClient({ mode: 'localModelUpdateInBackground', worker: './worker.js', ...server }),
  remote: createClient({ ...server, retries: 0 }),
};

export const isOurs = ({ deployment }: { readonly deployment: string }): boolean => DEPLOYMENT.test(deployment);
