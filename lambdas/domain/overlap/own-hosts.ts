import type { ScopePlan } from '../plan-document.ts';

/** A client, a witness, or a check of one, with the hosts that the configuration states for it; any host answers for one without. */
export type Answered = { hosts?: readonly string[] | undefined };

/**
 * The hosts at which one is looked at, among all that are asked: as the plan has them, whatever is deployed by now, so that no look is about nothing. None
 * where no host is asked at all, since the listing is the evidence.
 */
export const hostsOf = ({ hosts: own }: Answered, all: readonly string[]): readonly string[] =>
  all.length === 0 ? [] : (own ?? all);

/** What stands for all hosts, to whom nobody has told them. */
const ANY = ['any host'];

/**
 * The hosts at which some are looked at and none of the others is: what a host shows of a toggle says nothing of what another host has heard (I8).
 * `all` are the hosts of whoever states none, where anybody says them.
 */
export const hostsWithout = (
  others: readonly Answered[],
  looked: readonly Answered[],
  all: readonly string[] = ANY,
): string[] => {
  const asked = new Set(looked.flatMap(({ hosts }) => hosts ?? all));
  return [...asked].filter((host) => !others.some(({ hosts }) => !hosts || hosts.includes(host)));
};

/** Whether one of the others is looked at at each host at which some are. */
export const isAtEachHost = (...asked: Parameters<typeof hostsWithout>): boolean =>
  hostsWithout(...asked).length === 0;

/** Whether anybody who is looked at in a scope is looked at only at some of the hosts. */
export const isAnyAtHostsOfItsOwn = ({
  checks,
  runningLeaves = [],
  witnesses = [],
}: Pick<ScopePlan, 'checks' | 'runningLeaves' | 'witnesses'>): boolean =>
  [...checks, ...runningLeaves, ...witnesses].some(({ hosts }) => hosts !== undefined);
