import { expect, it } from 'vitest';
import { createUnheardOfWatch } from '../../../../simulation/judges/emergencies/unheard-of.ts';
import { createRules } from '../../../../simulation/judges/rules.ts';
import type { LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createReplay } from '../../../../simulation/log/replay.ts';
import { calmScenario } from '../calm-scenario.ts';

const takes = (at: number, holder: string, mode: 'scheduled' | 'emergency'): LoggedEvent => ({
  ...{ at, what: 'lease', by: { execution: holder, invocation: 1 } },
  lease: { holder, mode, token: 1, takenAt: '', released: false },
});

/**
 * Returns the findings for an emergency that takes a live run's lease for an id that never existed. The API
 * has answered `thrown` about that id.
 */
function foundAfter(thrown: string): string[] {
  const replay = createReplay();
  const scenario = calmScenario();
  const watch = createUnheardOfWatch({ replay, rules: createRules(scenario), scenario });
  const request = { mode: 'emergency', anchors: ['cert_gone'], reason: 'leaked' };
  const call = { op: 'retrieve', about: 'cert_gone', changes: false } as const;
  const by = { execution: 'emergency', invocation: 1 };
  const story: LoggedEvent[] = [
    { at: 1, what: 'started', execution: 'sweep', request: {} },
    takes(2, 'sweep', 'scheduled'),
    { at: 3, what: 'started', execution: 'emergency', request },
    { at: 4, what: 'called', ...by, call, answer: { thrown } },
    takes(5, 'emergency', 'emergency'),
  ];
  return story.flatMap((event) => {
    const found = watch(event).map(({ kind }) => kind);
    replay.apply(event);
    return found;
  });
}

it('an emergency of which no anchor is there takes the lease of nobody (I17)', () => {
  expect(foundAfter('ApiFault: No such certificate: cert_gone')).toEqual(['heldBack']);
});

it.each(['Incorrect API key provided.', 'Client certificate refused.'])(
  'nobody knows whether it is where the API said %j, and an emergency waits for nobody (I16)',
  (refusal) => {
    expect(foundAfter(`ApiFault: ${refusal}`)).toEqual([]);
  },
);
