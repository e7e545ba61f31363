import { Arg, type ClassType } from 'type-graphql';

/** The one argument of a mutation. */
export const Input = (type: () => ClassType, description: string): ReturnType<typeof Arg> =>
  Arg('input', type, { description });
