import { tooOldNode } from '../../../core/node-version.ts';

/** Whether a module is what Node was told to run. Ends the process on a Node that is too old, which doesn't know. */
export function isProgram({ main }: ImportMeta): boolean {
  const why = tooOldNode(process.versions.node);
  if (why !== undefined) {
    process.stderr.write(`${why}\n`);
    process.exit(1);
  }
  return main;
}
