import { Agent, request } from 'node:http';
import type { Connection } from '../../shared/connection.ts';
import type { PaymentInputs } from '../decision/request.ts';
import { ENDPOINT } from '../names.ts';

/** What became of one question. */
export interface Answered {
  readonly status: number;
  /** Of an answer. */
  readonly id?: string;
  readonly decision?: string | null;
  readonly fallback?: string;
  readonly overrun?: boolean;
  /** Milliseconds by stage, as `server-timing` has them. */
  readonly stages: Readonly<Record<string, number>>;
}

/**
 * Asks the edge over connections that are kept. Less than the client does: whatever the asker spends is taken from the two
 * cores that are measured.
 */
export class Asker {
  readonly #agent: Agent;
  readonly #url: URL;
  readonly #key: string;

  constructor({ edgeUrl, key }: Connection, connections: number) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });
    this.#url = new URL(`/v1/predict/${ENDPOINT}`, edgeUrl);
    this.#key = key;
  }

  async ask(inputs: PaymentInputs): Promise<Answered> {
    const { status, timing, body } = await this.#post(JSON.stringify({ inputs, id: inputs.txn_id }));
    return read(status, timing, body);
  }

  #post(text: string): Promise<{ readonly status: number; readonly timing: string; readonly body: Buffer }> {
    const headers = {
      authorization: `Bearer ${this.#key}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    };
    return new Promise((resolve, reject) => {
      const asked = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () => {
          const { statusCode: status = 0, headers: given } = answer;
          resolve({ status, timing: String(given['server-timing'] ?? ''), body: Buffer.concat(chunks) });
        });
      });
      asked.once('error', reject);
      asked.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function read(status: number, timing: string, body: Buffer): Answered {
  const stages = stagesOf(timing);
  if (status !== 200) return { status, stages };
  const { id, decision, fallback, overrun } = JSON.parse(body.toString('utf8')) as {
    readonly id: string;
    readonly decision: string | null;
    readonly fallback: { readonly cause: string } | null;
    readonly overrun: boolean;
  };
  return { status, id, decision, overrun, stages, ...(fallback && { fallback: fallback.cause }) };
}

/** `features;dur=2.1, model;dur=0.4` by name. */
export const stagesOf = (header: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...header.matchAll(/([\w-]+);dur=([\d.]+)/g)].map(([, name = '', ms = '']) => [name, Number(ms)]),
  );
