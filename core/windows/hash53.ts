/** Per round, RFC 1321: how far each step turns, and the sines. */
const TURNS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SINES = Uint32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));

const utf8 = new TextEncoder();
const BLOCK = 16;
/** A text of so many bytes, its end mark and its length fit into one block. */
const MOST_IN_A_BLOCK = 55;
/** Read at once by `hash53`, so that a text costs no memory. */
const state = new Uint32Array(4);
const block = new Uint32Array(BLOCK);

/** The last 53 of the lower 64 bits of a text's MD5: a hash that DuckDB, Redis and Postgres have as well. */
export function hash53(text: string): number {
  state[0] = 0x67452301;
  state[1] = 0xefcdab89;
  state[2] = 0x98badcfe;
  state[3] = 0x10325476;
  if (fillBlock(text)) mix(block, 0);
  else {
    const words = padded(utf8.encode(text));
    for (let at = 0; at < words.length; at += BLOCK) mix(words, at);
  }
  return ((state[3] ?? 0) & 0x1fffff) * 2 ** 32 + (state[2] ?? 0);
}

/** Most values: a short text of ASCII, whose characters are its bytes. Answers whether this is one. */
function fillBlock(text: string): boolean {
  const { length } = text;
  if (length > MOST_IN_A_BLOCK) return false;
  block.fill(0);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return false;
    block[i >> 2] = (block[i >> 2] ?? 0) | (code << ((i & 3) * 8));
  }
  block[length >> 2] = (block[length >> 2] ?? 0) | (0x80 << ((length & 3) * 8));
  block[BLOCK - 2] = length * 8;
  return true;
}

function padded(bytes: Uint8Array): Uint32Array {
  const blocks = ((bytes.length + 8) >> 6) + 1;
  const words = new Uint32Array(blocks * BLOCK);
  bytes.forEach((byte, i) => {
    words[i >> 2] = (words[i >> 2] ?? 0) | (byte << ((i & 3) * 8));
  });
  const end = bytes.length;
  words[end >> 2] = (words[end >> 2] ?? 0) | (0x80 << ((end & 3) * 8));
  words[words.length - 2] = bytes.length * 8;
  words[words.length - 1] = Math.floor(bytes.length / 2 ** 29);
  return words;
}

function mix(words: Uint32Array, at: number): void {
  let a = (state[0] ?? 0) | 0;
  let b = (state[1] ?? 0) | 0;
  let c = (state[2] ?? 0) | 0;
  let d = (state[3] ?? 0) | 0;
  for (let step = 0; step < 64; step++) {
    let bits: number;
    let word: number;
    if (step < 16) {
      bits = (b & c) | (~b & d);
      word = step;
    } else if (step < 32) {
      bits = (d & b) | (~d & c);
      word = (5 * step + 1) & 15;
    } else if (step < 48) {
      bits = b ^ c ^ d;
      word = (3 * step + 5) & 15;
    } else {
      bits = c ^ (b | ~d);
      word = (7 * step) & 15;
    }
    const sum = (a + bits + (SINES[step] ?? 0) + (words[at + word] ?? 0)) | 0;
    const turn = TURNS[(step >> 4) * 4 + (step & 3)] ?? 0;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0;
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
}
