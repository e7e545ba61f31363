import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What this machine does not have: the line says how to get it. */
export class NotHere extends Error {}

/** Throws NotHere unless a program ends well. */
function run(command: string, args: readonly string[], needs: string): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new NotHere(error ? `${needs} (${error.message})` : needs);
}

/** Does what a file says once for each state of the file; answers whether it did. */
function once(file: string, stamp: string, does: () => void): boolean {
  const wanted = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false;
  console.info(`npm run interop: ${file}: is being installed`);
  does();
  writeFileSync(stamp, wanted);
  return true;
}

/** Throws NotHere unless a program says something that fits when it is asked for its version. */
export function asksFor(command: readonly string[], fits: RegExp, needs: string): void {
  const [program = '', ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0 || !fits.test(`${stdout}${stderr}`)) throw new NotHere(`needed is ${needs}`);
}

/** A Python with what a file of requirements names; one of one's own, where the variable names it, does as well. */
export function makePython(name: string, requirements: string, variable?: string): boolean {
  const own = variable === undefined ? undefined : process.env[variable];
  if (own !== undefined) {
    if (!existsSync(own)) throw new NotHere(`${variable}: ${own} is not there; name a Python that has ${requirements}`);
    return false;
  }
  const folder = `.interop/${name}`;
  return once(requirements, join(folder, 'requirements.sha256'), () => {
    asksFor(
      ['python3', '-c', 'import sys, venv, ensurepip; print("venv", sys.version_info >= (3, 10))'],
      /venv True/,
      'Python 3.10 or newer with venv on the PATH (packages python3 and python3-venv)',
    );
    run('python3', ['-m', 'venv', '--clear', folder], `${folder}: a virtual environment cannot be made there`);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
    run(
      join(folder, 'bin', 'python'),
      install,
      `${requirements}: pip cannot install it; needed is a package index that answers`,
    );
  });
}

/** Packages that are none of the project's own, by a lock file of their own. */
export function installPackages(name: string): boolean {
  const folder = join('test/interop', name);
  return once(join(folder, 'package-lock.json'), `.interop/${name}.sha256`, () =>
    run(
      'npm',
      ['ci', '--prefix', folder, '--silent'],
      `${folder}: npm cannot install it; needed is a registry that answers`,
    ),
  );
}

/** Java programs of others, as a `pom.xml` names them. */
export function copyJars(folder: string, options: readonly string[] = []): boolean {
  asksFor(
    ['java', '-version'],
    /version "(1[7-9]|[2-9]\d)/,
    'Java 17 or newer on the PATH (package default-jre-headless)',
  );
  const pom = join(folder, 'pom.xml');
  const jars = `.interop/${basename(folder)}`;
  return once(pom, `${jars}.sha256`, () => {
    asksFor(['mvn', '--version'], /Maven/, 'Maven on the PATH (package maven)');
    const copy = [
      '-q',
      '-B',
      '-Dstyle.color=never',
      '-f',
      pom,
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      ...options,
    ];
    run(
      'mvn',
      [...copy, `-DoutputDirectory=${join(process.cwd(), jars)}`],
      `${pom}: Maven cannot get it; needed is a repository that answers`,
    );
  });
}

export const makeFolder = (): void => void mkdirSync('.interop', { recursive: true });
