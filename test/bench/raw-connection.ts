import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: *(\d+)/i;
const BUFFER_BYTES = 1024 * 1024;

/** The bytes of a request, the same each time. */
export function requestBytes(url: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const { host, pathname } = new URL(url);
  const all = { host, ...headers, 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

/**
 * One kept-alive connection that sends the same bytes again and again. Of an answer it looks at the status and the length
 * alone: who measures shares the machine with what is measured, and a client that does more costs as much as a quick server.
 */
export class RawConnection {
  readonly #url: URL;
  readonly #bytes: Buffer;
  #socket: Socket | null = null;
  #answer: { readonly resolve: () => void; readonly reject: (error: Error) => void } | null = null;
  /** What came of an answer of which not even the head is whole. */
  #head: Buffer = Buffer.alloc(0);
  /** Bytes of the answer that are still to come; null: its head is. */
  #left: number | null = null;
  #answered = 0;

  constructor(url: string, bytes: Buffer) {
    this.#url = new URL(url);
    this.#bytes = bytes;
  }

  /** Asks once. Throws where the answer is not 200 or has no length. */
  ask(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject };
      this.#socket ??= this.#connect();
      this.#socket.write(this.#bytes);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #connect(): Socket {
    this.#answered = 0;
    const read = { buffer: Buffer.allocUnsafe(BUFFER_BYTES), callback: this.#read.bind(this) };
    const socket = connect({ host: this.#url.hostname, port: Number(this.#url.port), noDelay: true, onread: read });
    const lost = (error: Error): void => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      // A server may close a connection that it keeps at the very moment at which it is used again.
      if (this.#answered > 0 && this.#left === null && this.#head.length === 0 && this.#answer) {
        this.#socket = this.#connect();
        this.#socket.write(this.#bytes);
      } else this.#settle(error);
    };
    socket.once('error', lost);
    socket.once('close', () => lost(new Error('the connection was closed')));
    return socket;
  }

  #read(size: number, buffer: Uint8Array): boolean {
    if (this.#left !== null) this.#take(size);
    else this.#readHead(Buffer.from(buffer.buffer, buffer.byteOffset, size));
    return true;
  }

  #readHead(given: Buffer): void {
    const bytes = this.#head.length > 0 ? Buffer.concat([this.#head, given]) : given;
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) {
      this.#head = Buffer.from(bytes);
      return;
    }
    this.#head = Buffer.alloc(0);
    const head = bytes.toString('latin1', 0, end);
    const length = LENGTH.exec(head)?.[1];
    if (!head.startsWith('HTTP/1.1 200') || length === undefined) {
      this.#settle(new Error(`${head}\n\n${bytes.toString('utf8', end, end + 500)}`));
      this.close();
      return;
    }
    this.#left = Number(length);
    this.#take(bytes.length - end - HEAD_END.length);
  }

  #take(size: number): void {
    this.#left = (this.#left ?? 0) - size;
    if (this.#left > 0) return;
    this.#left = null;
    this.#answered++;
    this.#settle();
  }

  #settle(error?: Error): void {
    const answer = this.#answer;
    this.#answer = null;
    if (error) answer?.reject(error);
    else answer?.resolve();
  }
}
