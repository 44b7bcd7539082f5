import type { ScopePlan } from '../plan-document/scope-plan.ts';

/**
 * A client, a witness, or a check of one, with the hosts that the configuration states for it. Any host
 * answers for one that states none.
 */
export type Answered = { hosts?: readonly string[] | undefined };

/**
 * Returns the hosts at which it is looked at, among all that are asked. The plan's hosts count, whatever is
 * deployed by now, so that each look asks some host. Empty where no host is asked at all, since the listing
 * is the evidence.
 */
export const hostsOf = ({ hosts: own }: Answered, all: readonly string[]): readonly string[] =>
  all.length === 0 ? [] : (own ?? all);

/** Stands for all hosts, where nobody has said which these are. */
const ANY = ['any host'];

/**
 * Returns the hosts at which some of `looked` are looked at and none of `others` is. What one host shows of a
 * toggle says nothing of what another host has heard (I8). `all` are the hosts for every client that states
 * none, where anybody says them.
 */
export const hostsWithout = (
  others: readonly Answered[],
  looked: readonly Answered[],
  all: readonly string[] = ANY,
): string[] => {
  const asked = new Set(looked.flatMap(({ hosts }) => hosts ?? all));
  return [...asked].filter((host) => !others.some(({ hosts }) => !hosts || hosts.includes(host)));
};

/** Whether some of `others` is looked at at every host of `looked`. */
export const isAtEachHost = (...asked: Parameters<typeof hostsWithout>): boolean =>
  hostsWithout(...asked).length === 0;

/** Whether anybody that a scope looks at is looked at only at some of the hosts. */
export const isAnyAtHostsOfItsOwn = ({
  checks,
  runningLeaves = [],
  witnesses = [],
}: Pick<ScopePlan, 'checks' | 'runningLeaves' | 'witnesses'>): boolean =>
  [...checks, ...runningLeaves, ...witnesses].some(({ hosts }) => hosts !== undefined);
