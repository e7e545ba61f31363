import { MemoryTable } from '../../edge/telemetry/memory-table.ts';
import { TableRecordLog } from '../../edge/telemetry/table-record-log.ts';
import { recordLogConformance } from './record-log.ts';

recordLogConformance({
  name: 'memory',
  survives: false,
  place: () =>
    Promise.resolve({
      open: (bounds) =>
        Promise.resolve(new TableRecordLog(new MemoryTable(), { maxRecords: 1_000, maxBytes: 1e9, ...bounds })),
    }),
});
