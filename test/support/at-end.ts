import { onTestFinished } from 'vitest';

type End = () => unknown;

/** Of the test file that runs; a process runs one after the other. */
let ends: End[] = [];

/**
 * Has something ended with the test that asks for it; outside of a test, as in `beforeAll`, with the test file. What came
 * last ends first. `afterAll` is for files and `describe` alone: called later, it does nothing, and does not say so.
 */
export function atEnd(end: End): void {
  try {
    onTestFinished(async () => void (await end()));
  } catch {
    ends.push(end);
  }
}

/** Ends what the test file has left, all of it, also where something of it fails. */
export async function endOfFile(): Promise<void> {
  const left = ends.toReversed();
  ends = [];
  const failures: unknown[] = [];
  for (const end of left) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'what the test file opened did not end');
}
