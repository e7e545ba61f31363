/** The id of a part of a page, from its title: links can name it. */
export const useSectionId = (title: string): string => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
