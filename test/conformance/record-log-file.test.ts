import { FileRecordLog } from '../../edge/adapters/node/file-record-log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { recordLogConformance } from './record-log.ts';

recordLogConformance({
  name: 'files',
  survives: true,
  place: () => {
    const folder = temporaryFolder('record-log');
    return Promise.resolve({
      open: (bounds) =>
        Promise.resolve(
          new FileRecordLog({
            folder,
            maxRecords: 1_000,
            maxBytes: 1e9,
            segmentBytes: 2_000,
            fsyncMs: 1_000,
            onFault: (error) => {
              throw error;
            },
            ...bounds,
          }),
        ),
    });
  },
});
