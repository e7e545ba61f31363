import type { JSX } from 'preact';

/** What a page is given: the rest of its address, such as `fraud@3`. */
export interface PageProps {
  readonly tail: string;
}

export type PageComponent = (props: PageProps) => JSX.Element;

/** First part of the address → the page, which is loaded when somebody comes there. */
export const PAGES: Readonly<Record<string, () => Promise<{ readonly page: PageComponent }>>> = {
  '': () => import('../pages/home/home.tsx'),
  search: () => import('../pages/search/search.tsx'),
  models: () => import('../pages/models/models.tsx'),
  model: () => import('../pages/model/model.tsx'),
  deployments: () => import('../pages/deployments/deployments.tsx'),
  deployment: () => import('../pages/deployment/deployment.tsx'),
};

export interface Place {
  readonly title: string;
  /** First part of its address, and of those of pages below it. */
  readonly path: string;
  readonly below: readonly string[];
  /** The key that leads there after `g`. */
  readonly key: string;
}

export const PLACES: readonly (readonly [string, readonly Place[]])[] = [
  [
    'Find',
    [
      { title: 'Home', path: '', below: [], key: 'h' },
      { title: 'Catalogue', path: 'search', below: [], key: 'c' },
    ],
  ],
  [
    'Ship',
    [
      { title: 'Models', path: 'models', below: ['model'], key: 'm' },
      { title: 'Deployments', path: 'deployments', below: ['deployment'], key: 'd' },
    ],
  ],
];
