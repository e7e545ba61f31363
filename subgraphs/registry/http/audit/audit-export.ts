import * as z from 'zod';
import { RECORD_FIELDS } from '../../../shared/audit/audit.ts';
import { gzipAnswer } from '../../../shared/http/gzip.ts';
import type { DataPlane } from '../../../shared/http/data-plane.ts';
import { validated } from '../../../../schema/validated.ts';
import type { Audit, ExportedRecord } from '../../operations/audit/audit.ts';
import { SUBGRAPHS } from '../../../../schema/nouns.ts';

const Query = z.strictObject({
  format: z.enum(['json', 'csv']).default('json'),
  subgraph: z.enum(SUBGRAPHS).optional(),
  from: instant(),
  until: instant(),
});

/** Any moment, in the one form that records hold and that can be compared as text. */
function instant() {
  return z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text).toISOString())
    .optional();
}

const COLUMNS = ['subgraph', 'hash', ...RECORD_FIELDS] as const;

/** `GET /v1/audit/records`: the audit records of the key's project as JSON lines or CSV, streamed; compressed for a caller who takes that. */
export function addAuditExportRoute(plane: DataPlane, audit: Pick<Audit, 'pages'>): void {
  plane.route({ method: 'GET', path: '/v1/audit/records', scope: 'audit:read', role: 'viewer' }, async (c) => {
    const { format, subgraph, from, until } = validated(Query, c.req.query());
    const request = { actor: c.get('holder'), requestId: c.get('requestId') };
    const pages = audit.pages(request, { subgraphs: subgraph ? [subgraph] : SUBGRAPHS, from, until });
    // A subgraph that is away must be an answer of its own, not a file that happens to be short.
    const first = await pages.next();
    const line = format === 'csv' ? csvLine : jsonLine;
    const text = async function* (): AsyncGenerator<string> {
      if (format === 'csv') yield row(COLUMNS);
      if (!first.done) yield first.value.map(line).join('');
      for await (const page of pages) yield page.map(line).join('');
    };
    return gzipAnswer(c, streamOf(text()), {
      'content-type': format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/x-ndjson',
      'content-disposition': `attachment; filename="audit-${request.actor.project}.${format === 'csv' ? 'csv' : 'jsonl'}"`,
      'cache-control': 'no-store',
    });
  });
}

const jsonLine = ({ subgraph, hash, record }: ExportedRecord): string =>
  `${JSON.stringify({ subgraph, hash, record })}\n`;

const csvLine = ({ subgraph, hash, record }: ExportedRecord): string =>
  row([subgraph, hash, ...RECORD_FIELDS.map((field) => record[field])]);

const row = (cells: readonly Parameters<typeof cell>[0][]): string => `${cells.map(cell).join(',')}\r\n`;

/** RFC 4180; a cell that a spreadsheet would run as a formula gets an apostrophe before it. */
function cell(value: string | number | readonly string[] | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : value.join(' ');
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** As fast as it is read. A failure half-way breaks the connection off, so that no short file looks whole. */
function streamOf(text: AsyncGenerator<string>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await text.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await text.return(undefined);
    },
  });
}
