import type { Blocked } from '../../../lambdas/domain/plan-document/blocked.ts';

/** Matches an entry that says only that nobody could look. */
const UNSEEN = /could not be (listed|read), so whether /;

/**
 * Matches an entry that says that nothing is active any more. Nobody knows that yet, whatever
 * was told of its anchor before.
 */
const OFF = /^mutual TLS is off in /;

/** Matches an entry that says that its clients get in nowhere by now, which is more than not being ready. */
const OUTSIDE = /: it gets in nowhere\. | get in nowhere: /;

/** Matches an entry that says that its clients have only to wait: it sends nobody for anything. */
const WAITS =
  /: nothing is to be done until then$| have only to wait until what is staged for them is valid: /;

/**
 * Returns what an entry is about: an anchor for each of some clients, for a witness, or in each scope.
 * Entries of what nobody could look at, and of clients that only have to wait, have keys of their own.
 */
export function keysOf({
  anchor,
  client,
  clients = [],
  witness,
  scopes = [],
  reason,
}: Blocked): { key: string; anchor: string }[] {
  const named = [...clients, ...(client ? [client] : [])].map((one) => `client ${one}`);
  const one = witness ? [`witness ${witness}`] : named;
  const about = one.length > 0 ? one : scopes.length > 0 ? scopes : ['everywhere'];
  const told =
    named.length > 0 && OUTSIDE.test(reason)
      ? ' outside'
      : named.length > 0 && WAITS.test(reason)
        ? ' waits'
        : UNSEEN.test(reason)
          ? ' unseen'
          : OFF.test(reason)
            ? ' off'
            : '';
  return about.filter((one) => !MORE.test(one)).map((one) => ({ key: `${anchor} ${one}${told}`, anchor }));
}

/** Whether a key is about a client that gets in nowhere, or about mutual TLS that is off. */
export const isOfNobodyIn = (key: string): boolean => / (off|outside)$/.test(key);

/** The prefix of a key in the table. */
export const REMEMBERED = 'seen blocked#';

/** A key as the table has it. */
export const idOf = (key: string): string =>
  key.replace(/ (everywhere(?= unseen$| off$|$)|client |witness )/, (part) =>
    part === ' everywhere' ? '' : ' ',
  );

/** Matches the last item of a list that stands for those that an execution does not carry. */
const MORE = /^(client )?and \d+ more$/;

/** Whether the entry is shortened, so that only the run itself can name all that is blocked. */
export const isShortened = ({ scopes = [], clients = [] }: Blocked): boolean =>
  [...scopes, ...clients].some((one) => MORE.test(one));
