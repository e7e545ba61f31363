import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import * as z from 'zod/mini';
import { ClientError } from '../../client/client-error.ts';
import { call, jsonOf } from '../../client/call.ts';
import { connectionOf } from '../../client/connection.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { resolveSettings } from '../profile/profile.ts';
import { profilePath, readProfiles, writeProfiles } from '../profile/profile-store.ts';
import { Session } from '../session.ts';

const Begun = z.object({
  deviceCode: z.string(),
  userCode: z.string(),
  verificationUri: z.string(),
  verificationUriComplete: z.optional(z.string()),
  expiresInSeconds: z.number(),
  intervalSeconds: z.number(),
});
const Answered = z.union([
  z.object({ token: z.string(), expiresInSeconds: z.nullable(z.number()) }),
  z.object({ state: z.enum(['PENDING', 'SLOW_DOWN']) }),
]);
const TIMEOUT_MS = 30_000;
/** What the issuer adds to the time between two questions when it is asked too often (RFC 8628). */
const SLOWER_SECONDS = 5;

/** Adds `tiffin login` and `tiffin logout`. */
export function addLogin(program: Command, io: Io): void {
  program
    .command('login')
    .description('sign in at the issuer of the install, in any browser, and keep the token in the profile')
    .action(async (_given: object, self: Command) => {
      const session = new Session(io, self);
      const name = nameOf(session);
      const url = graphOf(session, name);
      const begun = Begun.parse(await begin(url));
      session.say(`open ${begun.verificationUriComplete ?? begun.verificationUri}`);
      session.say(`and enter the code ${begun.userCode}`);
      const { token, expiresInSeconds } = await granted(url, begun, io.signal);
      const path = profilePath(io.env);
      const file = readProfiles(path);
      const { user: _other, ...kept } = file.profiles[name] ?? {};
      const profiles = { ...file.profiles, [name]: { ...kept, graph: url, token } };
      writeProfiles(path, { current: file.current ?? name, profiles });
      const lasting = expiresInSeconds === null ? '' : ` for ${duration(expiresInSeconds)}`;
      session.say(`signed in at ${url}${lasting}; the token is kept in the profile ${name}`);
    });
  program
    .command('logout')
    .description('forget the token of the profile')
    .action((_given: object, self: Command) => {
      const session = new Session(io, self);
      const name = nameOf(session);
      const path = profilePath(io.env);
      const file = readProfiles(path);
      const { token, ...kept } = file.profiles[name] ?? {};
      if (token === undefined) {
        throw new Failure(`the profile ${name} holds no token`, EXIT.notFound, { code: 'NOT_FOUND' });
      }
      writeProfiles(path, { ...file, profiles: { ...file.profiles, [name]: kept } });
      session.say(`the token of ${name} is forgotten; the issuer may know it until it ends`);
    });
}

async function begin(url: string): Promise<unknown> {
  try {
    return await post(url, '/auth/device', {});
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== 'NOT_FOUND') throw error;
    throw new Failure(`nobody signs in at ${url}: it is in dev mode, or no Tiffin`, EXIT.failed, {
      code: 'FAILED_PRECONDITION',
      hint: '--user viewer, developer, approver, committee or admin says who you are in dev mode',
    });
  }
}

/** Asks until a person has finished, as often as the issuer likes it. */
async function granted(
  url: string,
  { deviceCode, expiresInSeconds, intervalSeconds }: z.infer<typeof Begun>,
  signal: AbortSignal,
): Promise<{ readonly token: string; readonly expiresInSeconds: number | null }> {
  let wait = intervalSeconds;
  for (const end = Date.now() + expiresInSeconds * 1_000; Date.now() < end;) {
    await sleep(wait * 1_000, undefined, { signal });
    const answer = Answered.parse(await post(url, '/auth/device/token', { deviceCode }));
    if ('token' in answer) return answer;
    if (answer.state === 'SLOW_DOWN') wait += SLOWER_SECONDS;
  }
  throw new Failure('nobody entered the code in time: sign in again', EXIT.unavailable, { code: 'TIMEOUT' });
}

async function post(graphUrl: string, path: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const sent = { url: `${graphUrl}${path}`, method: 'POST', headers, body: JSON.stringify(body) } as const;
  return jsonOf('login', await call({ ...sent, repeatable: false, timeoutMs: TIMEOUT_MS }));
}

/** Where to sign in; the profile need not be there yet. */
function graphOf({ io, options }: Session, name: string): string {
  const settings = readProfiles(profilePath(io.env)).profiles[name];
  const { graph } = resolveSettings(options, io.env, settings && { name, settings });
  return connectionOf({ graphUrl: graph?.value ?? '' }).graphUrl;
}

/** The profile that is named or current; `default` where there is none yet. */
function nameOf(session: Session): string {
  const { current } = readProfiles(profilePath(session.io.env));
  return session.options.profile ?? (session.io.env['TIFFIN_PROFILE'] || current || 'default');
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  return seconds < 7_200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3_600)} h`;
}
