import * as z from 'zod/mini';

/** Where an install is and who asks, under a name. */
export const Profile = z.strictObject({
  graph: z.optional(z.url()),
  edge: z.optional(z.url()),
  /** A user of dev mode. */
  user: z.optional(z.string().check(z.minLength(1))),
  token: z.optional(z.string().check(z.minLength(1))),
  key: z.optional(z.string().check(z.minLength(1))),
});
export type Profile = z.infer<typeof Profile>;

export const ProfileFile = z.strictObject({
  current: z.optional(z.string()),
  profiles: z.prefault(z.record(z.string(), Profile), {}),
});
export type ProfileFile = z.infer<typeof ProfileFile>;

export const SETTINGS = ['graph', 'edge', 'user', 'token', 'key'] as const satisfies readonly (keyof Profile)[];
export type Setting = (typeof SETTINGS)[number];

/** Of each setting the variable that says it. */
export const VARIABLES: Readonly<Record<Setting, string>> = {
  graph: 'TIFFIN_GRAPH_URL',
  edge: 'TIFFIN_EDGE_URL',
  user: 'TIFFIN_USER',
  token: 'TIFFIN_TOKEN',
  key: 'TIFFIN_KEY',
};

/** What `npm start` serves, where nothing is said. */
const DEFAULTS: Readonly<Partial<Record<Setting, string>>> = {
  graph: 'http://127.0.0.1:4000',
  edge: 'http://127.0.0.1:4100',
};

/** Who asks what `npm start` serves in dev mode, where nothing says another install or another person. */
const DEV = { user: 'developer', key: 'tiffin-dev' } as const;

export interface Resolved {
  readonly value: string;
  /** Where it was said: `--graph`, `TIFFIN_GRAPH_URL`, `profile production`, `default`. */
  readonly from: string;
}

/** Each setting by the first that says it: option, variable, profile, default. A person is said once: by token, or user. */
export function resolveSettings(
  options: Readonly<Partial<Record<Setting, string>>>,
  env: Readonly<Record<string, string | undefined>>,
  profile: { readonly name: string; readonly settings: Profile } | undefined,
): Readonly<Partial<Record<Setting, Resolved>>> {
  const found: Partial<Record<Setting, Resolved>> = {};
  for (const setting of SETTINGS) {
    const [option, variable] = [options[setting], env[VARIABLES[setting]]];
    const [kept, byDefault] = [profile?.settings[setting], DEFAULTS[setting]];
    if (option !== undefined) found[setting] = { value: option, from: `--${setting}` };
    else if (variable !== undefined && variable !== '') found[setting] = { value: variable, from: VARIABLES[setting] };
    else if (kept !== undefined) found[setting] = { value: kept, from: `profile ${profile?.name}` };
    else if (byDefault !== undefined) found[setting] = { value: byDefault, from: 'default' };
  }
  if (found.graph?.from !== 'default' || found.token || found.key) return found;
  found.user ??= { value: DEV.user, from: 'dev mode' };
  found.key = { value: DEV.key, from: 'dev mode' };
  return found;
}
