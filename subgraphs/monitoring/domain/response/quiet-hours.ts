import * as z from 'zod';

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write hours and minutes, such as 22:30');

const isTimeZone = (timeZone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).format(0) !== '';
  } catch {
    return false;
  }
};

/** A part of each day; one that ends before it begins goes over midnight. */
export const QuietHours = z
  .strictObject({
    from: Clock,
    to: Clock,
    timeZone: z.string().refine(isTimeZone, 'write a time zone, such as Asia/Kolkata').default('UTC'),
  })
  .refine(({ from, to }) => from !== to, { error: 'from and to are the same time', path: ['to'] });
export type QuietHours = z.infer<typeof QuietHours>;

/** Whether an instant lies in it: from `from` on, before `to`. */
export function isQuiet({ from, to, timeZone }: QuietHours, at: Date): boolean {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const now = format.format(at);
  return from < to ? from <= now && now < to : from <= now || now < to;
}
