import {
  closeSync,
  constants,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { DomainError } from '../../../core/errors.ts';
import { NO_TALLY } from '../../telemetry/account.ts';

const Account = z.strictObject({
  /** Grows with each write: the newer of the two slots counts. */
  generation: z.int().nonnegative(),
  epoch: z.string(),
  /** The seq that the next answered prediction gets. */
  nextSeq: z.int().nonnegative(),
  sampledOut: z.int().nonnegative(),
  queueFull: z.int().nonnegative(),
  diskFull: z.int().nonnegative(),
  /** Of predictions in segments that are gone. */
  acked: z.int().nonnegative(),
  rejected: z.int().nonnegative(),
  /** Segments up to this one are done with. */
  deletedThrough: z.int().nonnegative(),
});
export type AccountState = z.infer<typeof Account>;

const SLOT_BYTES = 4_096;

/**
 * The numbers of a record log that its records do not tell. Two slots of one page each are written in turn and in
 * place: a killed process leaves at least one whole, and a full disk is no hindrance, since nothing grows.
 */
export class AccountFile {
  readonly #fd: number;
  #state: AccountState;

  private constructor(fd: number, state: AccountState) {
    this.#fd = fd;
    this.#state = state;
  }

  /** Throws FAILED_PRECONDITION when neither slot can be read. */
  static open(path: string): AccountFile {
    const isNew = !existsSync(path);
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    if (isNew) {
      writeSync(fd, Buffer.alloc(2 * SLOT_BYTES), 0, 2 * SLOT_BYTES, 0);
      const file = new AccountFile(fd, fresh());
      file.write({});
      file.write({});
      fsyncSync(fd);
      return file;
    }
    const states = [0, 1].map((slot) => readSlot(fd, slot)).filter((state) => state !== null);
    const newest = states.toSorted((a, b) => b.generation - a.generation)[0];
    if (newest) return new AccountFile(fd, newest);
    closeSync(fd);
    throw new DomainError(
      'FAILED_PRECONDITION',
      `${path} is damaged: move its folder away to begin a new epoch; what waits in it is then not shipped`,
    );
  }

  get state(): AccountState {
    return this.#state;
  }

  /** Takes over a seq that the records themselves tell, so that it need not be written. */
  hold(nextSeq: number): void {
    this.#state = { ...this.#state, nextSeq };
  }

  write(change: Partial<Omit<AccountState, 'generation'>>): void {
    const state = { ...this.#state, ...change, generation: this.#state.generation + 1 };
    const json = JSON.stringify(state);
    const page = Buffer.alloc(SLOT_BYTES, ' ');
    page.write(`${checksum(json)} ${json}`);
    writeSync(this.#fd, page, 0, SLOT_BYTES, (state.generation % 2) * SLOT_BYTES);
    this.#state = state;
  }

  /** Forces what was written to the disk, in the background. */
  sync(onFault: (error: unknown) => void): void {
    fdatasync(this.#fd, (error) => error && error.code !== 'EBADF' && onFault(error));
  }

  syncNow(): void {
    fdatasyncSync(this.#fd);
  }

  close(): void {
    fdatasyncSync(this.#fd);
    closeSync(this.#fd);
  }
}

const fresh = (): AccountState => ({ ...NO_TALLY, generation: 0, epoch: randomUUID(), deletedThrough: 0 });

const checksum = (json: string): string => createHash('sha256').update(json).digest('hex').slice(0, 16);

function readSlot(fd: number, slot: number): AccountState | null {
  const page = Buffer.alloc(SLOT_BYTES);
  if (readSync(fd, page, 0, SLOT_BYTES, slot * SLOT_BYTES) < SLOT_BYTES) return null;
  const text = page.toString('utf8').trimEnd();
  const json = text.slice(17);
  if (text.slice(0, 16) !== checksum(json)) return null;
  const parsed = Account.safeParse(JSON.parse(json));
  return parsed.success ? parsed.data : null;
}
