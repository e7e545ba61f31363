import { pino, type Logger } from 'pino';
import type { EdgeConfig } from './config.ts';
import { logFile } from './log-file.ts';

/** One JSON object a line, to the file of the configuration or to the standard output. */
export function makeLog({ logLevel, logFile: file }: EdgeConfig): Logger {
  const options = { level: logLevel, base: { service: 'edge' } };
  return file === null ? pino(options) : pino(options, logFile(file));
}
