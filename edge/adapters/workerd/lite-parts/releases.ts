import { ReleaseDocument } from '../../../../schema/release.ts';
import type * as original from '../../../../schema/format-1.ts';

/** Of the present format alone: a release of the one before brings no compiled plan, so that nothing here would run it. */
export const readReleaseDocument: typeof original.readReleaseDocument = (content) => ReleaseDocument.safeParse(content);
