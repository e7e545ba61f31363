/** `npm run docs`: the pages of `docs/` and the reference of `schema/` as a site in `dist/docs`. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { brokenLinks, writePages } from './pages.ts';

const LOCK = 'site/package-lock.json';
const INSTALLED = 'site/node_modules/.installed-lock.json';
/** What a page would fetch from elsewhere. */
const OUTSIDE = /<(?:script|link|img|iframe)[^>]+(?:src|href)="https?:[^"]+"/g;

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) fail(`${command} ${args.join(' ')} failed${error ? ` (${error.message})` : ''}`);
}

function fail(message: string): never {
  process.stderr.write(`npm run docs: ${message}\n`);
  process.exit(1);
}

const broken = brokenLinks();
if (broken.length > 0) fail(`links that lead nowhere:\n${broken.join('\n')}`);
const lock = readFileSync(LOCK, 'utf8');
if (!existsSync(INSTALLED) || readFileSync(INSTALLED, 'utf8') !== lock) {
  run('npm', ['ci', '--prefix', 'site', '--silent', '--no-audit', '--no-fund']);
  writeFileSync(INSTALLED, lock);
}
writePages('site/.pages');
run('site/node_modules/.bin/vitepress', ['build', 'site']);
const outside = globSync('dist/docs/**/*.html').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(OUTSIDE)].map(([found]) => `${file}: ${found}`),
);
if (outside.length > 0) fail(`pages fetch from elsewhere:\n${outside.join('\n')}`);
process.stdout.write('the site is in dist/docs; to look at it: site/node_modules/.bin/vitepress preview site\n');
