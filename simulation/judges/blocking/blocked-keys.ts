import type { Blocked } from '../../../lambdas/domain/plan-document.ts';

/** An entry that says no more than that nobody could look. */
const UNSEEN = /could not be (listed|read), so whether /;

/** An entry that says that nothing is active any more: whatever was told of its anchor before, nobody knows that. */
const OFF = /^mutual TLS is off in /;

/** An entry that says that its clients get in nowhere by now, which is more than that they were not ready. */
const OUTSIDE = /: it gets in nowhere\. | get in nowhere: /;

/** An entry that says that its clients have only to wait: nobody has been sent for anything by that. */
const WAITS =
  /: nothing is to be done until then$| have only to wait until what is staged for them is valid: /;

/** What an entry is about: an anchor for each of some clients, for a witness, or in each scope; by itself where nobody could look, or clients have only to wait. */
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

/** Whether a key is of who gets in nowhere, or of mutual TLS that is off. */
export const isOfNobodyIn = (key: string): boolean => / (off|outside)$/.test(key);

/** What stands before a key in the table. */
export const REMEMBERED = 'seen blocked#';

/** A key as the table has it. */
export const idOf = (key: string): string =>
  key.replace(/ (everywhere(?= unseen$| off$|$)|client |witness )/, (part) =>
    part === ' everywhere' ? '' : ' ',
  );

/** What stands at the end of a list for those that an execution does not carry. */
const MORE = /^(client )?and \d+ more$/;

/** Whether something is blocked that only the run itself can name. */
export const isShortened = ({ scopes = [], clients = [] }: Blocked): boolean =>
  [...scopes, ...clients].some((one) => MORE.test(one));
