import { mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const REPORT_EVERY_MS = 60_000;

/**
 * A file of log lines. A disk that is full costs lines, never the process, which neither dies of them nor waits for
 * room when it ends; that lines are lost is said on the standard error.
 */
export function logFile(path: string): { write(line: string): void } {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a');
  let reportedAt = -Infinity;
  let isTorn = false;
  return {
    write: (line) => {
      const bytes = Buffer.from(isTorn ? `\n${line}` : line);
      let written = 0;
      try {
        while (written < bytes.length) written += writeSync(file, bytes, written);
        isTorn = false;
      } catch (error) {
        isTorn ||= written > 0;
        if (performance.now() - reportedAt < REPORT_EVERY_MS) return;
        reportedAt = performance.now();
        const why = error instanceof Error ? error.message : String(error);
        process.stderr.write(`${path} can't be written, and lines of it are lost: ${why}\n`);
      }
    },
  };
}
