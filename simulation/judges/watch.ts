import { idOfKey } from '../../lambdas/domain/memory/named-key.ts';
import type { LoggedEvent } from '../log/event-log.ts';
import type { Finding } from '../log/findings.ts';
import type { Replay } from '../log/replay.ts';
import type { Scenario } from '../organizations/scenario.ts';
import type { Rules } from './rules.ts';

export type JudgeContext = { replay: Replay; rules: Rules; scenario: Scenario };
export type TrustEvent = LoggedEvent & { what: 'trust' };
/** Gets every event in order, right before it is replayed, and returns what is wrong with it. */
export type Watch = (event: LoggedEvent) => Finding[];

/**
 * Returns what is remembered as compromised, with what a person has taken back since `since` (milliseconds).
 * A step that read it before that cannot know (I15).
 */
export const compromisedSince = (
  { state: { compromised, retractedAt } }: Pick<JudgeContext['replay'], 'state'>,
  since: number,
): string[] => [
  ...compromised.keys(),
  ...[...retractedAt].flatMap(([id, at]) => (at >= since && !compromised.has(id) ? id : [])),
];

/**
 * The ids under which an emergency's names are remembered: its anchors, and keys of CAs that were never
 * uploaded. Empty for any other request.
 */
export function namedIn(request: unknown): string[] {
  const { mode, anchors = [], keys = [] } = Object(request) as Partial<Request>;
  return mode === 'emergency' ? [...anchors, ...keys.map(idOfKey)] : [];
}

type Request = { mode: string; anchors: string[]; keys: string[] };

/** Whether an emergency has named the key of this anchor, under whatever id (I15). */
export const isCompromised = (
  { replay, rules }: Pick<JudgeContext, 'replay' | 'rules'>,
  id: string,
): boolean => [...replay.state.compromised.keys()].some((named) => rules.sameKey(named, id));
