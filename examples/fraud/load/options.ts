import { ClientError } from '../../../client/client-error.ts';

/** As the command line has them. */
export interface LoadArguments {
  readonly rate?: string | undefined;
  readonly seconds?: string | undefined;
  readonly connections?: string | undefined;
}

export interface LoadOptions {
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
}

/** Throws INVALID_INPUT that names the option. */
export const loadOptions = ({ rate, seconds, connections }: LoadArguments): LoadOptions => ({
  perSecond: whole('rate', rate ?? '500', 1, 20_000),
  seconds: whole('seconds', seconds ?? '60', 1, 86_400),
  connections: whole('connections', connections ?? '64', 1, 1_000),
});

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new ClientError(`--${name}: must be a whole number from ${least} to ${most}, not "${text}"`, {
    code: 'INVALID_INPUT',
    field: name,
  });
}
