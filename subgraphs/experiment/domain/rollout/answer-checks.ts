import { PREPARE } from './blue-green.ts';
import { atMost, heardNodes, noData, number, type Checked, type SwitchCheck } from './switch-check.ts';

/** The requests of the window: those with an answer by the records, those without by the nodes. */
export function answerChecks(checked: Checked): readonly SwitchCheck[] {
  const { windowSeconds, minAnswers, maxErrorShare, maxP99Ms } = checked.blueGreen;
  const { answers, errors, p99Ms } = checked.window;
  const within = `in the last ${windowSeconds} s`;
  const { count: unanswered, silent } = unansweredOf(checked);
  const asked = answers + unanswered;
  const few = (count: number): string => `${number(count)} answers ${within}; needed: ${minAnswers}`;
  const share = { check: 'ERRORS', node: null, value: (errors + unanswered) / asked, limit: maxErrorShare } as const;
  const isOver = asked >= minAnswers && share.value > maxErrorShare;
  return [
    asked < minAnswers
      ? noData('ERRORS', null, few(asked))
      : silent.length > 0 && !isOver
        ? noData('ERRORS', null, `${silent.join(', ')} does not say how many requests had no answer`)
        : atMost(share, `of ${number(asked)} requests ${within} had no answer, or a fallback's`),
    answers < minAnswers
      ? noData('LATENCY', null, few(answers))
      : p99Ms === null
        ? noData('LATENCY', null, `no answer ${within} was timed`)
        : atMost(
            { check: 'LATENCY', node: null, value: p99Ms, limit: maxP99Ms },
            `ms at the 99th percentile ${within}`,
          ),
  ];
}

/** How many requests of a window had no answer, by the minutes of the nodes that are heard. */
function unansweredOf(checked: Checked) {
  const { step, blueGreen } = checked;
  const answering = step === PREPARE ? blueGreen.digests.control : blueGreen.digests.candidate;
  const silent: string[] = [];
  let inMinute = 0;
  for (const { node, serving } of heardNodes(checked)) {
    const found = serving.find(({ release }) => release === answering);
    if (found?.unanswered === null) silent.push(node);
    inMinute += found?.unanswered ?? 0;
  }
  return { count: (inMinute * blueGreen.windowSeconds) / 60, silent };
}
