import * as z from 'zod';
import { firstFew, howMany } from '../../lambdas/domain/first-few.ts';
import type { Paint } from '../terminal/screen.ts';
import { few, table } from '../terminal/tables.ts';
import { type Told, text, texts } from './journal-detail.ts';

const listOf = <T extends z.ZodType>(item: T) => z.array(item).catch([]);

const plannedSchema = z.looseObject({
  successions: listOf(z.looseObject({ retiring: z.string(), successor: z.string() })),
  blocked: listOf(
    z.looseObject({
      anchor: z.string(),
      reason: z.string(),
      scopes: z.array(z.string()).optional().catch(undefined),
      client: z.string().optional().catch(undefined),
      absent: z.literal(true).optional().catch(undefined),
      shutOut: z.literal(true).optional().catch(undefined),
      off: z.literal(true).optional().catch(undefined),
    }),
  ),
  warnings: z.array(z.string()).optional().catch(undefined),
  /** The scopes of each wave. */
  scopes: listOf(z.tuple([z.string(), texts])),
  /** The scopes in which nothing may be cut yet. An older deployment names them only in `blocked`. */
  held: z.array(z.string()).optional().catch(undefined),
  summary: text,
});

/** What a rotation decided, complete, as Plan wrote it down. */
export type Planned = z.infer<typeof plannedSchema>;

/** Reads the plan from its line of the journal, without the request that is stored beside it. */
export function plannedIn({ detail: { request: _, ...plan } }: Told): Planned {
  return plannedSchema.parse(plan);
}

/** The wave with more scopes than its line names. */
export const longWave = (planned: Planned | null): Planned['scopes'][number] | undefined =>
  planned?.scopes.find(([, scopes]) => howMany(scopes) > scopes.length);

/** How many lines of a succession, and scopes of a wave, are shown; the JSON has all. */
const MOST = 6;

/**
 * A plan for people: which anchors retire, their successors, where and in which order, what is blocked, and
 * the warnings. A sweep that left everything to another rotation made no plan, so its list has the title
 * `due`.
 */
export function planTable(planned: Planned, paint: Paint, title: 'plan' | 'due' = 'plan'): string[] {
  const { successions, scopes, blocked, warnings = [] } = planned;
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
    ...(pairs.length > 0 ? [[title, few(pairs, MOST)]] : []),
    ...waves.map(([name, of]) => [name, firstFew(of, MOST).join(', ')]),
    ...(blocked.length > 0 ? [['blocked', few(blocked.map(because))]] : []),
    ...(warnings.length > 0 ? [['warnings', few(warnings)]] : []),
  ];
  return rows.length > 0 ? [table([], rows, paint)] : [];
}

/** The reason for a blocked cut. Some reasons already begin with the anchor. */
const because = ({ anchor, reason, scopes, client }: Planned['blocked'][number]): string => {
  const where = [
    ...(scopes ? [firstFew(scopes, 3).join(', ')] : []),
    ...(client ? [`client ${client}`] : []),
  ];
  const why = reason.startsWith(anchor) ? reason : `${anchor}: ${reason}`;
  return where.length > 0 ? `${why} [${where.join('; ')}]` : why;
};
