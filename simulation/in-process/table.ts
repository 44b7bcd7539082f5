import type { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../lambdas/adapters/table/table.ts';
import { carried } from './aws.ts';
import type { Wire } from './wire.ts';

type Item = Record<string, unknown>;

/** The organization's table in memory: items by their partition key and then by their sort key. */
export type TableStore = Map<string, Map<string, Item>>;

/** A table that answers from memory, with the conditions under which the lease is written (I12). */
export function inProcessTable(store: TableStore, wire: Wire): Table {
  const operation = (kind: Kind) => (input: Input) => {
    const { pk, sk } = aim(kind, input);
    const about = [pk, sk].filter(Boolean).join(' ');
    const changes = kind !== 'get' && kind !== 'query';
    const call = { op: pk === 'lease' ? ('lease' as const) : ('journal' as const), about, changes };
    return carried(wire, { ...call, action: `dynamodb:${ACTIONS[kind]}` }, () => answer(store, kind, input));
  };
  const documents = {
    get: operation('get'),
    put: operation('put'),
    update: operation('update'),
    delete: operation('delete'),
    query: operation('query'),
  };
  return { documents: async () => documents as unknown as DynamoDBDocument, tableName: 'windlass' };
}

/** Most bytes of an item (DynamoDB). */
const MOST_BYTES = 400 * 1024;

/** Most bytes of a sort key (DynamoDB). */
const MOST_KEY_BYTES = 1024;

const ACTIONS = {
  get: 'GetItem',
  put: 'PutItem',
  update: 'UpdateItem',
  delete: 'DeleteItem',
  query: 'Query',
} as const;
type Kind = keyof typeof ACTIONS;

/** The fields of the SDK's inputs that the adapters use. */
type Input = Expressions & {
  Key?: Item;
  Item?: Item;
  KeyConditionExpression?: string;
  ExclusiveStartKey?: Item | undefined;
  Limit?: number;
  ScanIndexForward?: boolean;
};

/** The keys that a call is about. */
function aim(kind: Kind, { Key, Item, ExpressionAttributeValues }: Input): { pk: string; sk?: string } {
  if (kind === 'query') return { pk: String(ExpressionAttributeValues?.[':pk']) };
  const key = Key ?? Item;
  return { pk: String(key?.pk), sk: String(key?.sk) };
}

function answer(store: TableStore, kind: Kind, input: Input): object {
  const { pk, sk = '' } = aim(kind, input);
  const items = store.get(pk) ?? new Map<string, Item>();
  store.set(pk, items);
  const item = items.get(sk);
  if (kind === 'query') return queried(items, input);
  if (Buffer.byteLength(sk) > MOST_KEY_BYTES)
    throw invalid('Size of rangekey has exceeded the maximum size limit of 1024 bytes');
  if (kind === 'get') return item ? { Item: { ...item } } : {};
  demandCondition(item, input);
  if (kind === 'delete') items.delete(sk);
  else items.set(sk, weighed(kind === 'put' ? { ...input.Item } : updated(item ?? { pk, sk }, input)));
  return {};
}

/**
 * An item that the table accepts, put or as an update makes it. Throws a
 * `ValidationException` for one that is too large.
 */
function weighed(item: Item): Item {
  if (Buffer.byteLength(JSON.stringify(item)) <= MOST_BYTES) return item;
  throw invalid('Item size has exceeded the maximum allowed size');
}

const invalid = (message: string): Error =>
  Object.assign(new Error(message), { name: 'ValidationException' });

/** Most items of one answer, since DynamoDB answers with a megabyte at a time. */
const MOST_ITEMS = 100;

/** One page of the items that a query is about, in the order that it asks for. */
function queried(items: ReadonlyMap<string, Item>, input: Input): object {
  const { ExclusiveStartKey, Limit = MOST_ITEMS, ScanIndexForward = true } = input;
  const isAskedFor = keyCondition(input);
  const sorted = [...items.keys()].filter(isAskedFor).sort();
  if (!ScanIndexForward) sorted.reverse();
  const start = ExclusiveStartKey ? sorted.indexOf(String(ExclusiveStartKey.sk)) + 1 : 0;
  const page = sorted.slice(start, start + Math.min(Limit, MOST_ITEMS));
  const isLast = start + page.length >= sorted.length;
  return {
    Items: page.map((key) => ({ ...items.get(key) })),
    ...(!isLast && { LastEvaluatedKey: items.get(page.at(-1) ?? '') }),
  };
}

/** The conditions on a sort key that the adapters use. Throws for any other. */
function keyCondition({ KeyConditionExpression = '', ExpressionAttributeValues }: Input) {
  const bound = String(ExpressionAttributeValues?.[':bound']);
  const conditions: Record<string, (sk: string) => boolean> = {
    'pk = :pk': () => true,
    'pk = :pk AND begins_with(sk, :bound)': (sk) => sk.startsWith(bound),
    'pk = :pk AND sk >= :bound': (sk) => sk >= bound,
    'pk = :pk AND sk < :bound': (sk) => sk < bound,
  };
  const condition = conditions[KeyConditionExpression];
  if (!condition) throw new Error(`the table in memory cannot read ${KeyConditionExpression}`);
  return condition;
}

type Expressions = {
  ConditionExpression?: string | undefined;
  UpdateExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
};

function demandCondition(item: Item | undefined, { ConditionExpression, ...about }: Expressions): void {
  const holds = (ConditionExpression?.split(' AND ') ?? []).every((term) =>
    term.startsWith('attribute_not_exists') ? lacks(item, term) : equals(item, term, about),
  );
  if (holds) return;
  throw Object.assign(new Error('The conditional request failed'), {
    name: 'ConditionalCheckFailedException',
  });
}

/**
 * Whether an item lacks an attribute. Every item has its key, so `pk` is missing only where there is no item.
 */
const lacks = (item: Item | undefined, term: string): boolean =>
  item?.[/\((\S+)\)/.exec(term)?.[1] ?? 'pk'] === undefined;

function equals(item: Item | undefined, term: string, about: Expressions): boolean {
  const [name, value] = operands(term, about);
  return JSON.stringify(item?.[name]) === JSON.stringify(value);
}

function updated(item: Item, { UpdateExpression = '', ...about }: Expressions): Item {
  const terms = UpdateExpression.replace(/^SET /, '').split(', ');
  return { ...item, ...Object.fromEntries(terms.map((term) => operands(term, about))) };
}

/** Both sides of `name = :value`. Throws for anything else. */
function operands(term: string, { ExpressionAttributeNames, ExpressionAttributeValues }: Expressions) {
  const [, name = '', value = ''] = /^(\S+) = (:\w+)$/.exec(term) ?? [];
  if (name === '' || !(value in (ExpressionAttributeValues ?? {})))
    throw new Error(`the table in memory cannot read ${term}`);
  return [ExpressionAttributeNames?.[name] ?? name, ExpressionAttributeValues?.[value]] as const;
}
