import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endProcess } from '../process/child-process.ts';
import type { Started } from '../started.ts';
import type { Example } from './example-manifest.ts';
import { isExampleDone, runExample } from './run-example.ts';

export interface ExampleServers {
  /** Of the install; each example keeps its own below it. */
  readonly dataDir: string;
  readonly graphUrl: string;
  readonly edgeUrl: string;
  /** For HTTP routes; scripts find it in TIFFIN_KEY. */
  readonly key: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  /** Stops what still runs. */
  readonly started: Started;
}

/** What the greeting says of an example that serves. */
export interface ExampleGreeting {
  readonly title: string;
  readonly commands: string;
  /** To paste. */
  readonly lines: readonly string[];
}

/** Sets up each example that an earlier start did not. Answers with what those that serve have to say. */
export async function setUpExamples(
  examples: readonly Example[],
  servers: ExampleServers,
): Promise<readonly ExampleGreeting[]> {
  const greetings: ExampleGreeting[] = [];
  for (const example of examples) {
    await setUp(example, servers);
    const lines = await linesOf(example, servers);
    if (lines.length > 0) greetings.push({ title: example.title, commands: example.commands, lines });
  }
  return greetings;
}

async function setUp(example: Example, servers: ExampleServers): Promise<void> {
  const { name, missing, setup, commands } = example;
  const { say, started } = servers;
  const doneFile = join(example.dataFolder(servers.dataDir), 'set-up.done');
  if (isExampleDone(doneFile)) return;
  if (missing.length > 0) {
    say(`The example ${name} is left out: it needs ${missing.join(', ')}, which is not installed.`);
    return;
  }
  say(`The servers run. Setting up the example ${name}, once ("npm start -- --empty" leaves it out):`);
  const definition = {
    script: example.scriptFile(setup),
    args: argumentsOf(example, setup.arguments, servers),
    env: { ...servers.env, TIFFIN_KEY: servers.key },
    doneFile,
  };
  const running = await started.start(
    async () => runExample(definition),
    (one) => one.stop(),
  );
  if ((await running.end) === 'FAILED') {
    const again = [commands, ...argumentsOf(example, setup.arguments, servers)].join(' ');
    say(`The example ${name} is not set up; all else runs. Again: ${again}`);
  }
}

const argumentsOf = (
  example: Example,
  own: readonly string[],
  { dataDir, graphUrl, edgeUrl }: ExampleServers,
): readonly string[] => [...own, '--data', example.dataFolder(dataDir), '--graph', graphUrl, '--edge', edgeUrl];

const GREETING_WITHIN_MS = 30_000;

/** What its greeting prints; nothing where it fails, or does not end. */
async function linesOf(example: Example, servers: ExampleServers): Promise<readonly string[]> {
  const { greeting, missing } = example;
  if (missing.length > 0) return [];
  const args = [example.scriptFile(greeting), ...argumentsOf(example, greeting.arguments, servers)];
  const child = await servers.started.start(
    async () =>
      spawn(process.execPath, args, {
        env: { ...servers.env, TIFFIN_KEY: servers.key },
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
        timeout: GREETING_WITHIN_MS,
      }),
    (one) => endProcess(one, 500),
  );
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return new Promise((resolve) => {
    child.once('error', () => resolve([]));
    child.once('close', (code) => resolve(code === 0 ? text.split('\n').filter((line) => line !== '') : []));
  });
}
