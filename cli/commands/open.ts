import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { connectionOf } from '../../client/connection.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { Session } from '../session.ts';

/** Adds `tiffin open`. */
export function addOpen(program: Command, io: Io): void {
  program
    .command('open')
    .argument('[id]', 'what to look at; the first page when left out')
    .description('show something in the console: prints its address, and opens it where a browser is at hand')
    .action((id: string | undefined, _given: object, self: Command) => {
      const session = new Session(io, self);
      const { graphUrl } = connectionOf({ graphUrl: session.settings().graph?.value ?? '' });
      const address = `${graphUrl}/console${id === undefined ? '' : pathOf(id)}`;
      session.print(address);
      if (io.isTerminal) openBrowser(address);
    });
}

/** The console knows whole ids; `model:fraud` is short for one of the usual project. */
export function pathOf(id: string): string {
  const [, kind, name] = /^(?:tiffin:[^:]+:)?([a-z-]+):(.+)$/.exec(id) ?? [];
  if (kind === undefined || name === undefined) {
    const example = 'model-version:fraud@3, or a whole id as lists print it with -o json';
    throw new Failure(`id: "${id}" names no kind; write ${example}`, EXIT.usage, { code: 'INVALID_INPUT' });
  }
  const whole = id.startsWith('tiffin:') ? id : `tiffin:default:${id}`;
  return `/open?${new URLSearchParams({ id: whole })}`;
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Where there is no browser the printed address has to do. */
function openBrowser(address: string): void {
  const [command = 'xdg-open', ...args] = OPENERS[process.platform] ?? [];
  spawn(command, [...args, address], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
