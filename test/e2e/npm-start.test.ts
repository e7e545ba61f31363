import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { processInfo } from '../../install/process/process-info.ts';
import { freePort } from '../support/install.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface NpmStart {
  readonly npm: ChildProcess;
  readonly dataDir: string;
  readonly output: () => string;
}

/** `npm start` as a shell or a container runs it, without its build; nothing of it outlives the test. */
async function npmStart(): Promise<NpmStart> {
  const dataDir = temporaryFolder('npm-start');
  let text = '';
  const npm = spawn('npm', ['start', '--ignore-scripts', '--', '--empty'], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: String(await freePort()),
      EDGE_PORT: String(await freePort()),
      TIFFIN_DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  onTestFinished(async () => {
    for (const pid of processesOf(dataDir)) process.kill(pid, 'SIGKILL');
    npm.kill('SIGKILL');
    await vi.waitFor(() => expect(processesOf(dataDir)).toEqual([]), { timeout: 10_000 });
  });
  return { npm, dataDir, output: () => text };
}

/** Every living process that works for the install in this folder, by its environment or its arguments. */
function processesOf(dataDir: string): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => {
    const info = pid === process.pid ? undefined : processInfo(pid);
    return info !== undefined && (info.command.includes(dataDir) || environmentOf(pid).includes(dataDir));
  });
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

const until = (look: () => void): Promise<void> => vi.waitFor(look, { timeout: 120_000, interval: 50 });

describe.skipIf(process.platform !== 'linux')('npm start', { timeout: 300_000 }, () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('leaves no process when npm gets %s', async (signal) => {
    const { npm, dataDir, output } = await npmStart();
    await until(() => expect(output()).toContain('Tiffin is ready'));
    // npm, control plane, edge and Postgres at least.
    expect(processesOf(dataDir).length).toBeGreaterThan(3);
    npm.kill(signal);
    await until(() => expect(processesOf(dataDir), output()).toEqual([]));
    // All of it ended in order: nothing is left to be taken up.
    for (const left of ['edge.pid', 'postgres.owner.json', 'postgres/postmaster.pid'])
      expect(existsSync(join(dataDir, left)), left).toBe(false);
  });

  it('leaves no process when it is ended while it starts', async () => {
    const { npm, dataDir, output } = await npmStart();
    await until(() => expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(true));
    npm.kill('SIGTERM');
    await until(() => expect(processesOf(dataDir), output()).toEqual([]));
    expect(output()).not.toMatch(/Tiffin is ready|could not start/);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  it('hears Ctrl-C twice, from the terminal and from npm, and ends in order all the same', async () => {
    const { npm, dataDir, output } = await npmStart();
    await until(() => expect(output()).toContain('Tiffin is ready'));
    const [node] = spawnSync('pgrep', ['-P', String(npm.pid)], { encoding: 'utf8' })
      .stdout.trim()
      .split('\n');
    expect(node, 'npm has a child').toMatch(/^\d+$/);
    npm.kill('SIGINT');
    process.kill(Number(node), 'SIGINT');
    await until(() => expect(processesOf(dataDir), output()).toEqual([]));
    expect(existsSync(join(dataDir, 'edge.pid'))).toBe(false);
  });

  it('logs nothing worth a warning at its first start, and at a stop with an edge connected', async () => {
    const { npm, dataDir, output } = await npmStart();
    await until(() => expect(output()).toContain('Tiffin is ready'));
    // The edge and all consumers wait for something new by now.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    npm.kill('SIGTERM');
    await until(() => expect(processesOf(dataDir), output()).toEqual([]));
    const lines = ['tiffin.log', 'edge.log'].flatMap((file) =>
      readFileSync(join(dataDir, file), 'utf8').trim().split('\n'),
    );
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.filter((line) => JSON.parse(line).level >= 40)).toEqual([]);
    expect(output()).not.toMatch(/while stopping|^ {4}at /m);
  });
});

/** What the machine has without npm: on PATH, and not of this project. */
function nodeOfTheMachine(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  return folders.map((folder) => join(folder, 'node')).find((file) => existsSync(file));
}

describe('an older Node of the machine', () => {
  const node = nodeOfTheMachine();
  const version = node === undefined ? '' : spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  const isOld = /^v(1\d|2[0-3])\./.test(version);
  const entries = [
    'dist/main.js',
    'dist/gateway/main.js',
    'dist/edge/adapters/node/main.js',
    ...['feature', 'registry', 'experiment', 'monitoring'].map((name) => `dist/subgraphs/${name}/main.js`),
  ];

  it.skipIf(!isOld).each(entries)('is told by %s what is needed', (entry) => {
    const { status, stdout, stderr } = spawnSync(node ?? '', [entry], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: expect.stringMatching(/^this needs/) });
    expect(stderr).toContain(`this needs Node 24, and this is ${version.slice(1)}`);
  });
});
