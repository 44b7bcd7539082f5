import * as z from 'zod';
import { firstFew } from '../../lambdas/domain/first-few.ts';
import type { Paint } from '../terminal/screen.ts';
import { few, table } from '../terminal/tables.ts';
import { type Told, text, texts } from './journal-detail.ts';

const listOf = <T extends z.ZodType>(item: T) => z.array(item).catch([]);

const plannedSchema = z.looseObject({
  successions: listOf(z.looseObject({ retiring: z.string(), successor: z.string() })),
  blocked: listOf(z.looseObject({ anchor: z.string(), reason: z.string() })),
  /** The scopes of each wave. */
  scopes: listOf(z.tuple([z.string(), texts])),
  summary: text,
});

/** What a rotation decided, whole, as Plan wrote it down. */
export type Planned = z.infer<typeof plannedSchema>;

/** The plan in its line of the audit trail, without the request that stands beside it. */
export function plannedIn({ detail: { request: _, ...plan } }: Told): Planned {
  return plannedSchema.parse(plan);
}

/** Lines of a succession, and scopes of a wave, that are shown; the JSON has them all. */
const MOST = 6;

/** A plan for people: what retires in favour of what, where and in which order, and what is blocked. */
export function planTable({ successions, scopes, blocked }: Planned, paint: Paint): string[] {
  const waves = scopes.filter(([, of]) => of.length > 0);
  const retiring = Map.groupBy(successions, ({ successor }) => successor);
  const pairs = [...retiring].map(
    ([successor, all]) =>
      `${firstFew(
        all.map((one) => one.retiring),
        MOST,
      ).join(', ')} → ${successor}`,
  );
  const rows = [
    ...(pairs.length > 0 ? [['plan', few(pairs, MOST)]] : []),
    ...waves.map(([name, of]) => [name, firstFew(of, MOST).join(', ')]),
    ...(blocked.length > 0
      ? [['blocked', few(blocked.map(({ anchor, reason }) => because(anchor, reason)))]]
      : []),
  ];
  return rows.length > 0 ? [table([], rows, paint)] : [];
}

/** Some reasons begin with the anchor themselves. */
const because = (anchor: string, reason: string): string =>
  reason.startsWith(anchor) ? reason : `${anchor}: ${reason}`;
