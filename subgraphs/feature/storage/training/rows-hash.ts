import { createHash, hash } from 'node:crypto';
import type { DuckDBDataChunk } from '@duckdb/node-api';

const FIRST_BYTES = 4_096;

/**
 * A hash of a table's rows that does not depend on their order: the sum of the rows' SHA-256 digests, in eight lanes of
 * 32 bits. A row's bytes are its cells': 0 for null, else 1 and the value, so that no two rows share them. They depend on
 * neither the engine nor its version.
 */
export class RowsHash {
  readonly #lanes = new Uint32Array(8);
  #bytes = Buffer.alloc(FIRST_BYTES);
  #rows = 0;

  add(chunk: DuckDBDataChunk): void {
    const columns = Array.from({ length: chunk.columnCount }, (_, i) => chunk.getColumnVector(i));
    for (let row = 0; row < chunk.rowCount; row++) {
      let at = 0;
      for (const column of columns) at = this.#write(column.getItem(row), at);
      const digest = hash('sha256', this.#bytes.subarray(0, at), 'buffer');
      for (let lane = 0; lane < 8; lane++) this.#lanes[lane] = (this.#lanes[lane] ?? 0) + digest.readUInt32LE(lane * 4);
    }
    this.#rows += chunk.rowCount;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Together with what the columns are. */
  digest(schemaHash: string): string {
    const lanes = Array.from(this.#lanes, (lane) => lane.toString(16).padStart(8, '0')).join('');
    return createHash('sha256').update(`rows-1\n${schemaHash}\n${this.#rows}\n${lanes}`).digest('hex');
  }

  #write(value: unknown, at: number): number {
    if (value === null) {
      this.#room(at + 1);
      this.#bytes[at] = 0;
      return at + 1;
    }
    const textBytes = typeof value === 'string' ? Buffer.byteLength(value) : 0;
    this.#room(at + 9 + textBytes);
    this.#bytes[at] = 1;
    if (typeof value === 'number') return this.#bytes.writeDoubleLE(value, at + 1);
    if (typeof value === 'bigint') return this.#bytes.writeBigInt64LE(value, at + 1);
    if (typeof value === 'boolean') return this.#bytes.writeUInt8(value ? 1 : 0, at + 1);
    if (typeof value !== 'string') throw new TypeError(`a cell cannot hold a ${typeof value}`);
    this.#bytes.writeUInt32LE(textBytes, at + 1);
    this.#bytes.write(value, at + 5);
    return at + 5 + textBytes;
  }

  #room(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    const larger = Buffer.alloc(Math.max(bytes, this.#bytes.length * 2));
    this.#bytes.copy(larger);
    this.#bytes = larger;
  }
}
