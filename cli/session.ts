import type { Command } from 'commander';
import { Client } from '../client/client.ts';
import { EXIT } from './exit-code.ts';
import { Failure } from './failure.ts';
import { isColored, type Io } from './io.ts';
import { type Format, type Shape } from './output/format.ts';
import { resolveSettings, type Profile, type Resolved, type Setting } from './profile/profile.ts';
import { profilePath, readProfiles } from './profile/profile-store.ts';

/** Options that every command takes. */
export interface GlobalOptions extends Partial<Record<Setting, string>> {
  readonly profile?: string;
  readonly output?: Format;
  readonly json?: string;
  readonly yes?: boolean;
  readonly quiet?: boolean;
}

/** What one command works with: the options as they came together, and the install that they name. */
export class Session {
  readonly io: Io;
  readonly options: GlobalOptions;

  constructor(io: Io, command: Command) {
    this.io = io;
    this.options = command.optsWithGlobals<GlobalOptions>();
  }

  settings(): Readonly<Partial<Record<Setting, Resolved>>> {
    return resolveSettings(this.options, this.io.env, this.profile());
  }

  /** The profile that is named, or the current one of the file. Fails where there is none of that name. */
  profile(): { readonly name: string; readonly settings: Profile } | undefined {
    const path = profilePath(this.io.env);
    const { current, profiles } = readProfiles(path);
    const name = this.options.profile ?? (this.io.env['TIFFIN_PROFILE'] || current);
    if (name === undefined) return undefined;
    const settings = profiles[name];
    if (settings) return { name, settings };
    const known = Object.keys(profiles);
    throw new Failure(`--profile: there is no profile ${name}`, EXIT.usage, {
      code: 'NOT_FOUND',
      hint: known.length > 0 ? `there are: ${known.join(', ')}` : `none is kept in ${path}`,
    });
  }

  client(): Client {
    const { graph, edge, user, token, key } = this.settings();
    const person = token ? { token: token.value } : user ? { user: user.value } : undefined;
    return new Client({
      graphUrl: graph?.value ?? '',
      edgeUrl: edge?.value,
      key: key?.value,
      identity: person,
    });
  }

  shape(): Shape {
    const { output, json } = this.options;
    const fields = json?.split(',').map((field) => field.trim());
    const format = output ?? (fields ? 'json' : 'table');
    return { format, isColored: isColored(this.io), ...(fields && { fields }) };
  }

  /** Data, on standard output. */
  print(text: string): void {
    if (text !== '') this.io.out(`${text}\n`);
  }

  /** Words, on standard error; none with --quiet. */
  say(text: string): void {
    if (this.options.quiet !== true) this.io.err(`${text}\n`);
  }

  /** Goes on only where a person says yes, or --yes was given. Where nobody can be asked, it says which option to give. */
  async confirm(what: string): Promise<void> {
    if (this.options.yes === true) return;
    if (!this.io.isTerminal) {
      throw new Failure(`${what}: nobody can be asked here`, EXIT.usage, { hint: 'say --yes' });
    }
    const { graph, profile } = { graph: this.settings().graph?.value, profile: this.profile()?.name };
    if (!(await this.io.confirm(`${what} (${profile ?? graph})?`))) {
      throw new Failure('nothing was changed', EXIT.failed, { code: 'CANCELLED' });
    }
  }
}
