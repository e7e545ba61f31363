import { Option as CommandOption, type Command } from 'commander';
import { ClientError } from '../../client/client-error.ts';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import type { ListVerb, Noun, Option, Row, ShowVerb, StepVerb } from '../noun.ts';
import { listText, oneText } from '../output/format.ts';
import { shortId } from '../output/short.ts';
import { Session } from '../session.ts';
import { limitIn } from './limit.ts';

/** Adds `tiffin <noun>` with its verbs, to which more may be added. */
export function addNoun(program: Command, noun: Noun, io: Io): Command {
  const command = program.command(noun.name).description(noun.about);
  if (noun.list) addList(command, noun, noun.list, io);
  if (noun.show) addShow(command, noun, noun.show, io);
  for (const step of noun.steps ?? []) addStep(command, noun, step, io);
  return command;
}

const LARGEST_PAGE = 100;

function addList(command: Command, noun: Noun, verb: ListVerb, io: Io): void {
  const list = command
    .command('list')
    .alias('ls')
    .description(`the ${noun.name}s, page by page`)
    .option('--limit <n>', 'how many at most', '50')
    .option('--all', 'all of them');
  addOptions(list, verb.options);
  list.action(async (given: Row, self: Command) => {
    const session = new Session(io, self);
    const limit = given['all'] === true ? Infinity : limitIn(String(given['limit']));
    const { rows, hasMore } = await take(session, verb, variablesOf(verb.options, given), limit);
    session.print(listText(rows, verb.columns, session.shape()));
    if (rows.length === 0) session.say(`there is no ${noun.name}`);
    if (hasMore) session.say(`there are more: --limit ${limit * 2}, or --all`);
  });
}

async function take(
  session: Session,
  { page }: ListVerb,
  variables: Row,
  limit: number,
): Promise<{ rows: Row[]; hasMore: boolean }> {
  const client = session.client();
  const rows: Row[] = [];
  for (let after: string | null = null; ;) {
    const { edges, pageInfo } = await page(client, {
      ...variables,
      first: Math.min(LARGEST_PAGE, limit - rows.length),
      after,
    });
    rows.push(...edges.map(({ node }) => node));
    after = pageInfo.endCursor;
    if (!pageInfo.hasNextPage || rows.length >= limit || after === null) {
      return { rows, hasMore: pageInfo.hasNextPage };
    }
  }
}

function addShow(command: Command, noun: Noun, { one }: ShowVerb, io: Io): void {
  command
    .command('show')
    .argument(`<${noun.id}>`, 'its id, whole or short')
    .description(`one ${noun.name}`)
    .action(async (id: string, _given: Row, self: Command) => {
      const session = new Session(io, self);
      session.print(oneText(await orNotFound(noun, id, one(session.client(), id)), session.shape()));
    });
}

/** The graph answers null for what is not there: it is said by the noun and the id. */
async function orNotFound(noun: Noun, id: string, asked: Promise<Row>): Promise<Row> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== 'NOT_FOUND' || error.status !== undefined) throw error;
    throw new Failure(`there is no ${noun.name} ${id}`, EXIT.notFound, {
      code: error.code,
      hint: noun.list ? `\`tiffin ${noun.name} list\` shows what there is` : '',
    });
  }
}

function addStep(command: Command, noun: Noun, step: StepVerb, io: Io): void {
  const added = command.command(step.name).argument(`<${noun.id}>`, 'its id, whole or short').description(step.about);
  if (step.alias !== undefined) added.alias(step.alias);
  addOptions(added, step.options);
  added.action(async (id: string, given: Row, self: Command) => {
    const session = new Session(io, self);
    if (step.confirms !== undefined) await session.confirm(`${step.confirms} ${shortId(id)}`);
    const answer = await step.run(session.client(), id, variablesOf(step.options, given));
    session.print(oneText(answer, session.shape()));
  });
}

function addOptions(command: Command, options: readonly Option[]): void {
  for (const { name, value = 'text', about, choices, many, required, flag } of options) {
    const text = choices && many ? `${about}: ${choices.join(', ')}` : about;
    const option = new CommandOption(
      flag ? `--${name}` : `--${name} <${value}>`,
      many ? `${text}; several with commas` : text,
    );
    if (choices && !many) option.choices([...choices]).argParser(choice(name, choices));
    if (required) option.makeOptionMandatory();
    command.addOption(option);
  }
}

function numberIn(name: string, text: string): number {
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text)) return Number(text);
  throw new Failure(`--${name}: is ${text}, and must be a number such as 5`, EXIT.usage, { code: 'INVALID_INPUT' });
}

/** States may be typed in small letters. */
const choice =
  (name: string, choices: readonly string[]) =>
  (text: string): string => {
    const found = choices.find((one) => one === text.toUpperCase());
    if (found !== undefined) return found;
    throw new Failure(`--${name}: is ${text}`, EXIT.usage, {
      code: 'INVALID_INPUT',
      hint: `allowed: ${choices.join(', ')}`,
    });
  };

/** What was given, under the names of the operation. */
function variablesOf(options: readonly Option[], given: Row): Row {
  const variables: Record<string, unknown> = {};
  for (const { name, variable, many, choices, flag, number } of options) {
    const value = given[name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
    if (flag && value === true) variables[variable ?? name] = true;
    if (typeof value !== 'string') continue;
    const parse = choices ? choice(name, choices) : (text: string): string => text;
    if (number) {
      variables[variable ?? name] = numberIn(name, value);
      continue;
    }
    const parts = many ? value.split(',').map((part) => parse(part.trim())) : value;
    variables[variable ?? name] = parts;
  }
  return variables;
}
