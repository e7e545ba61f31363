import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

/** The files of a tar archive by name, unpacked from gzip; long names of GNU tar are not needed here. */
export function filesIn(archive: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const tar = new Uint8Array(gunzipSync(archive));
  const text = (from: number, length: number): string => {
    const bytes = tar.subarray(from, from + length);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  };
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + BLOCK <= tar.length;) {
    const name = text(at, 100);
    if (name === '') break;
    const size = Number.parseInt(text(at + 124, 12), 8);
    const prefix = text(at + 345, 155);
    const isFile = ['', '0'].includes(text(at + 156, 1));
    if (isFile) files.set(prefix === '' ? name : `${prefix}/${name}`, tar.slice(at + BLOCK, at + BLOCK + size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
