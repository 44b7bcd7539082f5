import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Certified } from '../../domain/blocked/vouching.ts';
import type { Settled } from '../../domain/memory/allowed.ts';
import {
  type Allowance,
  type CompromisedMemory,
  compromisedMemorySchema,
} from '../../domain/memory/journal.ts';
import { dropItem, each, journalAnswered, readItems, unlessChanged } from './items.ts';
import type { Table } from './table.ts';

/**
 * What emergencies named, and what they were allowed. Every method throws only `JournalUnavailable`, or
 * `AwsRefused` when the role may not make the call.
 */
export interface CompromisedItems {
  /** Returns the anchors that any emergency named: no later run trusts them again. */
  compromised(): Promise<CompromisedMemory[]>;
  /**
   * Adds these fields to what is remembered of each anchor, and keeps the others: another run may have read a
   * key meanwhile (I15).
   */
  rememberCompromised(named: readonly CompromisedMemory[]): Promise<void>;
  /**
   * Changes what emergencies ask to be allowed. Returns false if another run has changed it since it was
   * read, or if the anchor is forgotten (I6).
   */
  replaceAsked(anchorId: string, before: Allowance[] | undefined, asked: Allowance[]): Promise<boolean>;
  /**
   * Adds key digests to anchors that are still remembered: what a person has taken back meanwhile stays
   * forgotten (I15).
   */
  rememberDigests(keys: readonly { anchorId: string; keyDigest: string }[]): Promise<void>;
  /**
   * Adds the certifiers of a named key to what is still remembered: what a person has taken back meanwhile
   * stays forgotten (I15).
   */
  rememberCertifiers(seen: readonly Certified[]): Promise<void>;
  /**
   * Allows what was asked, and removes the request. If somebody has asked for more or taken it back since,
   * the next run does this (I6).
   */
  settleAllowed(settled: readonly Settled[]): Promise<void>;
  /** Forgets an id that never existed, or a compromise that a person takes back (I15). */
  forgetCompromised(anchorIds: readonly string[]): Promise<void>;
}

/**
 * The same as items of the table. Several runs may change one item at the same time, so each writes only its
 * own fields.
 */
export function dynamoCompromised(table: Table): CompromisedItems {
  const { documents, tableName: TableName } = table;
  const amend = async (anchorId: string, change: Omit<UpdateCommandInput, 'TableName' | 'Key'>) => {
    const Key = { pk: 'compromised', sk: anchorId };
    const amended = documents().then((to) => to.update({ TableName, Key, ...change }));
    return journalAnswered(amended.then(() => true, unlessChanged));
  };
  const addDigest = ({ anchorId, keyDigest }: { anchorId: string; keyDigest: string }) =>
    amend(anchorId, {
      UpdateExpression: 'SET keyDigest = :keyDigest',
      ConditionExpression: 'anchorId = :anchorId',
      ExpressionAttributeValues: { ':keyDigest': keyDigest, ':anchorId': anchorId },
    });
  const addCertifiers = ({ anchorId, certifiedBy, certifierKeys }: Certified) =>
    amend(anchorId, {
      UpdateExpression: 'SET certifiedBy = :certifiedBy, certifierKeys = :certifierKeys',
      ConditionExpression: 'anchorId = :anchorId',
      ExpressionAttributeValues: {
        ':certifiedBy': certifiedBy,
        ':certifierKeys': certifierKeys,
        ':anchorId': anchorId,
      },
    });
  const addNamed = (one: CompromisedMemory) => {
    const fields = Object.entries(one).filter(([, value]) => value !== undefined);
    return amend(one.anchorId, {
      UpdateExpression: `SET ${fields.map((_, i) => `#f${i} = :f${i}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(fields.map(([name], i) => [`#f${i}`, name])),
      ExpressionAttributeValues: Object.fromEntries(fields.map(([, value], i) => [`:f${i}`, value])),
    });
  };
  const replaceAsked: CompromisedItems['replaceAsked'] = (anchorId, before, asked) =>
    amend(anchorId, {
      UpdateExpression: 'SET asked = :asked',
      ConditionExpression: `anchorId = :anchorId AND ${before ? 'asked = :before' : 'attribute_not_exists(asked)'}`,
      ExpressionAttributeValues: {
        ':asked': asked,
        ':anchorId': anchorId,
        ...(before && { ':before': before }),
      },
    });
  const settle = ({ anchorId, asked, leaveBehind, onListing }: Settled) =>
    amend(anchorId, {
      UpdateExpression: 'SET leaveBehind = :leaveBehind, onListing = :onListing, asked = :none',
      ConditionExpression: 'asked = :asked',
      ExpressionAttributeValues: {
        ':leaveBehind': leaveBehind,
        ':onListing': onListing,
        ':asked': asked,
        ':none': [],
      },
    });
  return {
    compromised: () => readItems(table, 'compromised', compromisedMemorySchema),
    rememberCompromised: (named) => each(named, addNamed),
    replaceAsked,
    rememberDigests: (keys) => each(keys, addDigest),
    rememberCertifiers: (seen) => each(seen, addCertifiers),
    settleAllowed: (settled) => each(settled, settle),
    forgetCompromised: (anchorIds) => each(anchorIds, (anchorId) => dropItem(table, 'compromised', anchorId)),
  };
}
