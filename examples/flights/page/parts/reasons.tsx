import type { JSX } from 'preact';
import type { Prediction } from '../../../../packages/edge/client.ts';
import type { Flight } from '../flight.ts';
import { reasonName } from '../words.ts';

/** What moved the answer, the strongest first: to the right towards late, to the left towards on time. */
export function Reasons({
  flight,
  prediction: { reasons },
}: {
  readonly flight: Flight;
  readonly prediction: Prediction;
}): JSX.Element | null {
  if (!reasons) return null;
  const shown = reasons.top.filter(({ contribution }) => contribution !== 0);
  const greatest = Math.max(...shown.map(({ contribution }) => Math.abs(contribution)));
  return (
    <section class="reasons" aria-label="Why">
      <h2>Why</h2>
      <p class="soft">{aboutOf(reasons.link)}</p>
      <p class="ends-of-scale" aria-hidden="true">
        <span>on time</span>
        <span>late</span>
      </p>
      <ul>
        {shown.map(({ name, contribution }) => {
          const size = `${(Math.abs(contribution) / greatest) * 50}%`;
          return (
            <li key={name} class={contribution > 0 ? 'late' : 'on-time'}>
              <span class="name">{reasonName(name, flight)}</span>
              <span class="odds">
                {effectOf(contribution, reasons.link)}
                <span class="visually-hidden">{contribution > 0 ? ', towards late' : ', towards on time'}</span>
              </span>
              <span class="bar" aria-hidden="true">
                <span style={{ inlineSize: size }} />
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const aboutOf = (link: string): string =>
  link === 'LOGISTIC'
    ? 'What each part does to the odds of being late, against what the model expects of any flight.'
    : 'What each part adds to the score.';

/** Of a margin behind a logistic link, what it does to the odds; else the number itself. */
const effectOf = (contribution: number, link: string): string =>
  link === 'LOGISTIC'
    ? `odds × ${Math.exp(contribution).toFixed(2)}`
    : `${contribution > 0 ? '+' : '−'}${Math.abs(contribution).toFixed(3)}`;
