import type { Happening } from '../log/event-log.ts';
import type { Finding } from '../log/findings.ts';
import type { Replay } from '../log/replay.ts';
import type { Scenario } from '../organizations/scenario.ts';
import type { Law } from './rules.ts';

export type Court = { replay: Replay; law: Law; scenario: Scenario };
export type TrustHappening = Happening & { what: 'trust' };
/** Told of everything in its order, right before it is replayed; says what is wrong with it. */
export type Watch = (happening: Happening) => Finding[];
