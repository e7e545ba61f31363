/** Somebody as people read them: `user:ada` is ada. */
export const person = (subject: string): string => subject.replace(/^user:/, '');
