import { asManyNames, rooms } from '../../domain/cut/as-many-names.ts';
import { leastOf } from '../../domain/cut/excuse.ts';
import { endOfAll } from '../../domain/cut/shards.ts';
import type { ScopeDocument, Verification } from '../../domain/document.ts';
import { instant, secondsOf } from '../../domain/instant.ts';
import { claimOf, entryOf } from '../../domain/memory/audit.ts';
import { settlingAfterAll } from '../../domain/overlap/settling.ts';
import type { ProvingPorts } from '../hosts/proving.ts';

type Reads = Pick<ScopeDocument, 'execution' | 'evidence' | 'plan' | 'begin' | 'lease'> & {
  verifications: NonNullable<ScopeDocument['verifications']>;
  moment: 'beforehand' | 'overlap' | 'beforeCut' | 'afterUndo';
};

/**
 * Seconds after which a look no longer counts as right before the cut: one shard may have waited through an
 * outage.
 */
const LASTS = 300;

/**
 * Sums up the looks at all shards. If a cut is next and the first look is older than `LASTS`, one function
 * looks at all clients once more (I1), which is `lookAgain`. Throws `Superseded` if another rotation has taken
 * over meanwhile.
 */
export async function verifiedByAll(
  { leases, journal, clock }: Pick<ProvingPorts, 'leases' | 'journal' | 'clock'>,
  input: Reads,
  lookAgain: () => Promise<Verification>,
): Promise<Verification> {
  const { moment } = input;
  const { scope } = input.plan;
  if (input.lease) await leases.demand(claimOf(input));
  const { well, end } = endOfAll(input.verifications);
  const oldest = Math.min(...well.map(({ provenAt }) => secondsOf(provenAt)));
  if (moment === 'beforeCut' && !end.anyHalted && clock() - oldest > LASTS)
    return { ...(await lookAgain()), ...end };
  const probes = well.reduce((sum, look) => sum + look.probes, 0);
  const evidence = leastOf(well) ?? input.evidence;
  const inAll = (key: 'stay' | 'outside' | 'unknown') => well.flatMap((look) => look[key] ?? []);
  const settleSeconds = settlingAfterAll(well, { isSecond: input.begin?.settled === true });
  const told = {
    ...{ evidence, moment, shards: input.verifications.length, probes },
    ...(settleSeconds > 0 && { settleSeconds }),
  };
  // The trail already has the halt of each shard in that shard's own line.
  if (!end.anyHalted) await journal.record(entryOf(input, clock(), 'verified', told, scope));
  return {
    ...{ scope, provenAt: instant(clock()), evidence, probes },
    ...asManyNames({ stay: inAll('stay') }, rooms.staying),
    outside: [],
    settleSeconds,
    ...asManyNames({ outside: inAll('outside'), unknown: inAll('unknown') }, rooms.outside),
    ...end,
  };
}
