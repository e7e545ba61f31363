/** Who asks. In dev mode a person chooses one of four; in production the cookie of the session says it. */
export const DEV_USERS = ['viewer', 'developer', 'approver', 'committee', 'admin'] as const;
export type DevUser = (typeof DEV_USERS)[number];

const KEPT_AS = 'tiffin.user';

const isDevUser = (name: string | null): name is DevUser => (DEV_USERS as readonly (string | null)[]).includes(name);

export function chosenUser(): DevUser {
  const kept = localStorage.getItem(KEPT_AS);
  return isDevUser(kept) ? kept : 'developer';
}

/** Everything that was shown was shown to somebody else: the page begins anew. */
export function chooseUser(user: DevUser): void {
  localStorage.setItem(KEPT_AS, user);
  location.reload();
}

/** No page of another origin can send the first without being asked for leave (CORS); a production install ignores the second. */
export const identityHeaders = (): Record<string, string> => ({
  'x-tiffin-console': '1',
  'x-tiffin-user': chosenUser(),
});
