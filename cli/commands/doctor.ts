import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { column, type Row } from '../noun.ts';
import { listText } from '../output/format.ts';
import { Session } from '../session.ts';

const TIMEOUT_MS = 5_000;

/** Adds `tiffin doctor`: what can be reached from here, and as whom. */
export function addDoctor(program: Command, io: Io): void {
  program
    .command('doctor')
    .description(`what can be reached from here; ends with ${EXIT.unavailable} where something cannot`)
    .action(async (_given: object, self: Command) => {
      const session = new Session(io, self);
      const { graph, edge } = session.settings();
      const checks: Row[] = [
        await probe('control plane', `${withoutGraph(graph?.value ?? '')}/readyz`),
        await probe('edge', `${edge?.value ?? ''}/readyz`),
        await identity(session),
      ];
      session.print(listText(checks, [column('what'), column('ok'), column('found')], session.shape()));
      if (checks.some(({ ok }) => ok === false)) {
        throw new Failure('something cannot be reached', EXIT.unavailable, {
          code: 'UNAVAILABLE',
          hint: 'start it, or say where it is: --graph, --edge',
        });
      }
    });
}

const withoutGraph = (url: string): string => url.replace(/\/+$/, '').replace(/\/graphi?ql$/, '');

async function probe(what: string, url: string): Promise<Row> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = (await answer.text()).slice(0, 200);
    return {
      id: what,
      what,
      ok: answer.ok,
      found: answer.ok ? `${url} is ready` : `${url} answers ${answer.status}: ${text}`,
    };
  } catch (error) {
    const { cause, message } = error as Error;
    return { id: what, what, ok: false, found: `${url}: ${cause instanceof Error ? cause.message : message}` };
  }
}

async function identity(session: Session): Promise<Row> {
  const { user, token, key } = session.settings();
  const who = token
    ? `a token (${token.from})`
    : user
      ? `${user.value} (${user.from})`
      : key
        ? `a key (${key.from})`
        : 'no identity';
  const what = 'identity';
  try {
    const { data, errors } = await session.client().graph.ask('{ me { name roles scopes } }');
    const [error] = errors;
    const me = (data as { me?: { name: string; roles: string[]; scopes: string[] } | null } | null)?.me;
    const found = error ? `${who}: ${error.message}` : `${who}: ${nameWithRoles(me)}`;
    return { id: what, what, ok: !error, found };
  } catch {
    return { id: what, what, ok: false, found: `${who}: the control plane cannot be asked` };
  }
}

const nameWithRoles = (me: { name: string; roles: string[]; scopes: string[] } | null | undefined): string =>
  me ? `${me.name} (${[...me.roles, ...me.scopes].join(', ')})` : 'nobody';
