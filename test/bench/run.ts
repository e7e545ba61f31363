/** Lists the benchmarks of this folder, or builds the project and runs one of them: npm run bench [-- name [argument …]] */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A benchmark is a file that begins with what it measures; other files here help them. */
function benchmarks(): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && name !== 'run.ts')) {
    const header = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(join(import.meta.dirname, file), 'utf8'))?.[1];
    if (header !== undefined) found.set(file.replace(/\.ts$/, ''), header.replaceAll(/\s*\n \* ?/g, ' ').trim());
  }
  return found;
}

const [name, ...args] = process.argv.slice(2);
const all = benchmarks();
if (name !== undefined && all.has(name)) {
  const build = spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
  const file = join(import.meta.dirname, `${name}.ts`);
  process.exitCode =
    build.status || (spawnSync(process.execPath, [...flags, file, ...args], { stdio: 'inherit' }).status ?? 1);
} else {
  if (name !== undefined) console.error(`${name}: no such benchmark, allowed are ${[...all.keys()].join(', ')}\n`);
  for (const [key, what] of all) console.log(`npm run bench -- ${key}\n    ${what}\n`);
  process.exitCode = name === undefined ? 0 : 1;
}
