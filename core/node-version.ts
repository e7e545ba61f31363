/** The oldest Node on which this works. */
const NEEDED = 24;

/** What to say on a Node that is too old; undefined on one that is not. */
export function tooOldNode(version: string): string | undefined {
  if (Number(version.split('.')[0]) >= NEEDED) return undefined;
  return (
    `this needs Node ${NEEDED}, and this is ${version}. Of "npm ci" (without --ignore-scripts) there is one: ` +
    'run node_modules/.bin/node instead of node, or an npm script'
  );
}
