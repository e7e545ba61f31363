import { Kind, parse } from 'graphql';

/** Planners name subgraphs by their value of the enum `join__Graph` (`FEATURE`): value → name. */
export function subgraphNames(supergraphSdl: string): ReadonlyMap<string, string> {
  const graphs = parse(supergraphSdl).definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  );
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  return new Map(
    values.map(({ name, directives = [] }) => {
      const given = directives
        .find((directive) => directive.name.value === 'join__graph')
        ?.arguments?.find((argument) => argument.name.value === 'name')?.value;
      return [name.value, given?.kind === Kind.STRING ? given.value : name.value];
    }),
  );
}
