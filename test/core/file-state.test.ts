import { expect, it } from 'vitest';
import { FileState, type FileStat } from '../../core/file-state.ts';

it('says of a file once for each change that it is another', () => {
  const states: [what: string, stat: FileStat | undefined, changed: boolean][] = [
    ['the same', { mtimeMs: 1, size: 2, ino: 3 }, false],
    ['written later', { mtimeMs: 2, size: 2, ino: 3 }, true],
    ['nothing since', { mtimeMs: 2, size: 2, ino: 3 }, false],
    ['longer', { mtimeMs: 2, size: 3, ino: 3 }, true],
    ['put in its place', { mtimeMs: 2, size: 3, ino: 4 }, true],
    ['gone', undefined, true],
    ['still gone', undefined, false],
    ['there again', { mtimeMs: 2, size: 3, ino: 4 }, true],
  ];
  let now: FileStat | undefined = states[0]![1];
  const state = new FileState(() => {
    if (!now) throw new Error('ENOENT');
    return now;
  });
  for (const [what, stat, changed] of states) {
    now = stat;
    expect(state.hasChanged(), what).toBe(changed);
  }
});
