import { expect, it } from 'vitest';
import { waitsForHold } from '../../../../simulation/judges/promises/lack.ts';
import type { JudgeContext } from '../../../../simulation/judges/watch.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';

const HELD = 'cert_acme2';

/**
 * Returns for each line whether its cut has to wait, after a plan that failed. The held anchor was deleted
 * afterwards.
 */
function waitAfter(...calls: string[]): Record<string, boolean> {
  const replay = createReplay();
  const story: LoggedEvent[] = [
    { at: 1, what: 'anchor', by: 'setup', anchorId: HELD, exists: true },
    { at: 2, what: 'invoked', execution: 'sweep', invocation: 1, state: 'Plan', step: 'plan', input: {} },
    ...calls.map((about): LoggedEvent => {
      const call = { op: 'journal', about, action: 'dynamodb:PutItem', changes: true } as const;
      return { at: 3, what: 'called', execution: 'sweep', invocation: 1, call, answer: {} };
    }),
    { at: 4, what: 'anchor', by: 'outsider', anchorId: HELD, exists: false },
  ];
  story.forEach(replay.apply);
  const rules = { authority: (id: string) => id.slice('cert_'.length, -1), heldAt: () => [HELD] };
  const context = { replay, rules } as unknown as JudgeContext;
  const waits = (id: string) => waitsForHold(id, 5, { has: replay.exists }, context);
  return { acme: waits('cert_acme0'), keel: waits('cert_keel0') };
}

it('a hold on what was deleted keeps its own line, where a plan wrote down what it was called before it failed (I5, I17)', () => {
  expect(waitAfter(`seen anchor#${HELD}`)).toEqual({ acme: true, keel: false });
});

it('a hold on what was deleted keeps every line, where nobody has written down what it was called', () => {
  expect(waitAfter()).toEqual({ acme: true, keel: true });
  expect(waitAfter('seen anchor#cert_acme1')).toEqual({ acme: true, keel: true });
});
