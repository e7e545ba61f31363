/** Whether two texts of types say the same: what a formatter changes, comments and the release they are from do not count. */
export const isSameTypes = (one: string, other: string): boolean => bare(one) === bare(other);

const bare = (text: string): string =>
  text
    .replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')
    .replaceAll('"', "'")
    .replaceAll(/[\s;,]/g, '')
    // A union that is broken into lines begins each of them.
    .replaceAll(/([=:<(])\|/g, '$1');
