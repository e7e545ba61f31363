import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { column, type Row } from '../noun.ts';
import { listText } from '../output/format.ts';
import { Profile, SETTINGS } from '../profile/profile.ts';
import { profilePath, readProfiles, writeProfiles } from '../profile/profile-store.ts';
import { Session } from '../session.ts';

const SECRET: ReadonlySet<string> = new Set(['token', 'key']);
/** What is shown of a secret: enough to tell two apart. */
const hidden = (value: string): string => `${value.slice(0, 4)}…`;

/** Adds `tiffin profile`. */
export function addProfiles(program: Command, io: Io): void {
  const command = program.command('profile').description('where installs are, and who you are there, under a name');
  addShow(command, io);
  addSet(command, io);
  command
    .command('list')
    .alias('ls')
    .description('all of them')
    .action((_given: object, self: Command) => {
      const session = new Session(io, self);
      const { current, profiles } = readProfiles(profilePath(io.env));
      const rows = Object.entries(profiles).map(([name, { graph, edge, user, token, key }]): Row => ({
        id: name,
        name,
        current: name === current,
        graph,
        edge,
        as: user ?? (token !== undefined ? 'a token' : key !== undefined ? 'a key' : null),
      }));
      const columns = ['name', 'current', 'graph', 'edge', 'as'].map((title) => column(title));
      session.print(listText(rows, columns, session.shape()));
      if (rows.length === 0) session.say('there is no profile: `tiffin profile set <name> --graph <url>` makes one');
    });
  command
    .command('use')
    .argument('<name>')
    .description('take it where nothing else is said')
    .action((name: string, _given: object, self: Command) => {
      const path = profilePath(io.env);
      const file = readProfiles(path);
      if (!(name in file.profiles)) throw unknown(name, Object.keys(file.profiles));
      writeProfiles(path, { ...file, current: name });
      new Session(io, self).say(`${name} is the current profile`);
    });
  command
    .command('delete')
    .argument('<name>')
    .description('forget it')
    .action((name: string, _given: object, self: Command) => {
      const path = profilePath(io.env);
      const { current, profiles } = readProfiles(path);
      if (!(name in profiles)) throw unknown(name, Object.keys(profiles));
      const { [name]: _gone, ...rest } = profiles;
      writeProfiles(path, { ...(current !== undefined && current !== name && { current }), profiles: rest });
      new Session(io, self).say(`${name} is gone`);
    });
}

const unknown = (name: string, known: readonly string[]): Failure =>
  new Failure(`profile: there is none called ${name}`, EXIT.notFound, {
    code: 'NOT_FOUND',
    hint: known.length > 0 ? `there are: ${known.join(', ')}` : 'there is none at all',
  });

function addShow(command: Command, io: Io): void {
  command
    .command('show')
    .description('what a command would work with, and where each value was said')
    .action((_given: object, self: Command) => {
      const session = new Session(io, self);
      const rows = Object.entries(session.settings()).map(([setting, { value, from }]): Row => ({
        id: setting,
        setting,
        value: SECRET.has(setting) ? hidden(value) : value,
        from,
      }));
      session.print(listText(rows, [column('setting'), column('value'), column('from')], session.shape()));
    });
}

/** The options that say where and who are the settings that are kept. */
function addSet(command: Command, io: Io): void {
  command
    .command('set')
    .argument('<name>', 'letters, digits, "-", "_", "."')
    .description('keep --graph, --edge, --user, --token or --key under a name; --token - reads it from standard input')
    .action(async (name: string, _given: object, self: Command) => {
      if (!/^[\w.-]+$/.test(name))
        throw new Failure(`name: is "${name}"; allowed: letters, digits, "-", "_", "."`, EXIT.usage);
      const session = new Session(io, self);
      const given: Record<string, string> = {};
      for (const setting of SETTINGS) {
        const value = session.options[setting];
        if (value !== undefined)
          given[setting] = value === '-' && SECRET.has(setting) ? (await io.stdin()).trim() : value;
      }
      const path = profilePath(io.env);
      const file = readProfiles(path);
      const read = Profile.safeParse({ ...file.profiles[name], ...given });
      if (!read.success) {
        const [issue] = read.error.issues;
        throw new Failure(`--${issue?.path.join('.')}: ${issue?.message}`, EXIT.usage, { code: 'INVALID_INPUT' });
      }
      const current = file.current ?? name;
      writeProfiles(path, { current, profiles: { ...file.profiles, [name]: read.data } });
      session.say(`${name} is kept in ${path}${current === name ? ', and is the current profile' : ''}`);
    });
}
