import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The project's version, from the nearest package.json above: one folder higher when built. */
export const VERSION: string = versionAbove(import.meta.dirname);

function versionAbove(folder: string): string {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: string };
    return version ?? '0.0.0';
  } catch {
    const above = dirname(folder);
    return above === folder ? '0.0.0' : versionAbove(above);
  }
}
