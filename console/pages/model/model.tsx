import type { PageComponent } from '../../app/pages.ts';
import { ModelPageView } from './model-page.tsx';
import { VersionPage } from './version-page.tsx';

/** `/model/fraud` is a model, `/model/fraud@7` one of its versions. */
export const page: PageComponent = ({ tail }) =>
  tail.includes('@') ? <VersionPage tail={tail} /> : <ModelPageView tail={tail} />;
