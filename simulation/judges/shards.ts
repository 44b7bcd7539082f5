import { isInShard } from '../../lambdas/domain/cut/shards.ts';
import type { ScopePlan } from '../../lambdas/domain/plan-document/scope-plan.ts';
import type { Shard } from '../../lambdas/domain/plan-document/shard.ts';
import type { LoggedEvent } from '../log/event-log.ts';
import type { Finding } from '../log/findings.ts';
import type { InvocationRecord } from '../log/invocation-record.ts';
import type { JudgeContext, Watch } from './watch.ts';

type Input = {
  plan?: ScopePlan;
  moment?: string;
  evidence?: string;
  shard?: Shard;
  verifications?: unknown;
  moves?: unknown;
  confirmations?: unknown;
  halt?: unknown;
};

/**
 * Seconds that the looks at shards may lie apart before a cut, by the clock of
 * the step that sums them up (I1).
 */
const LASTS = 300;

/** The steps that are invoked for one shard at a time. */
const BY_SHARD = ['verify', 'promote-scope', 'confirm'];

/** Stands for an invocation about a whole scope. */
export const NO_SHARD = -1;
export const shardOf = (input: unknown): number => Object(Object(input).shard).at ?? NO_SHARD;

/** Whether an invocation only goes through how the shards of a scope ended. */
export const isSum = ({ verifications, moves, confirmations }: Input): boolean =>
  (verifications ?? moves ?? confirmations) !== undefined;

type Look = Pick<InvocationRecord, 'input' | 'probes' | 'read'>;

/**
 * Whether a sum of looks is a look at every client as well: by probes, or, where the listing is the
 * evidence, by reading their secrets. After a cut only clients that keep their leaves are looked at once
 * more, so that is no such look.
 */
const looksItself = ({ input, probes, read }: Look): boolean =>
  !(input as Input).confirmations &&
  (probes.length > 0 || ((input as Input).evidence === 'listing' && read.size > 0));

/**
 * Whether a look included this client. A look at another shard did not, nor did a
 * sum that looks at nothing itself.
 */
export const looksAt = (client: string, look: Look): boolean =>
  isInShard(client, (look.input as Input).shard) && (!isSum(look.input as Input) || looksItself(look));

/** Whether a returned step is over for its whole scope: it was no single shard, and no shard halted. */
export const isWhole = ({ input }: InvocationRecord, result: unknown): boolean =>
  !(input as Input).shard && Object(result).anyHalted !== true;

/**
 * Returns the look whose probes have to show everything when a step returns: the step's own. Where a scope's
 * clients are looked at shard by shard, null until the last shard, and then one look with the probes of all.
 */
export function createShardsSeen(): (seen: InvocationRecord) => InvocationRecord | null {
  const looks = new Map<string, Map<number, InvocationRecord>>();
  return (seen) => {
    const { shard } = seen.input as Input;
    if (isSum(seen.input as Input)) return looksItself(seen) ? seen : null;
    if (!shard) return seen;
    const visit = `${seen.execution} ${seen.scope} ${seen.state}`;
    const shards = (looks.get(visit) ?? new Map()).set(shard.at, seen);
    looks.set(visit, shards);
    if (shards.size < shard.of) return null;
    looks.delete(visit);
    const all = [...shards.values()];
    return {
      ...seen,
      probes: all.flatMap(({ probes }) => probes),
      elsewhere: new Set(all.flatMap(({ elsewhere }) => [...elsewhere])),
    };
  };
}

/**
 * Judges I10, F16 and I1 for shards. No client of a scope is moved before each shard is proven. Nothing is
 * cut there before each shard was looked at again within minutes. No step is over before each shard is.
 */
export function createShardsWatch({ replay, scenario }: JudgeContext): Watch {
  /** When each shard last ended well, in milliseconds, by its visit. */
  const ended = new Map<string, Map<number, number>>();
  const visitOf = ({ execution, scope }: InvocationRecord, step: string, moment: string): string =>
    `${execution} ${scope} ${step} ${moment}`;
  const missing = (of: number, visit: string, since = 0): number[] =>
    Array.from({ length: of }, (_, at) => at).filter((at) => (ended.get(visit)?.get(at) ?? -1) < since);

  function returned({ at, result }: LoggedEvent & { what: 'returned' }, seen: InvocationRecord): Finding[] {
    const { shard, moment = 'overlap', plan } = seen.input as Input;
    const visit = visitOf(seen, seen.step, moment);
    if (shard) {
      ended.set(visit, (ended.get(visit) ?? new Map()).set(shard.at, at));
      return [];
    }
    const length = shardsIn(plan);
    if (!isSum(seen.input as Input) || !isWhole(seen, result)) return [];
    const left = missing(length, visit);
    const isAged = moment === 'beforeCut' && !looksItself(seen);
    const slack = LASTS + 2 * scenario.faultRates.skew + 60;
    const aged = isAged && left.length === 0 ? missing(length, visit, seen.at - 1000 * slack) : [];
    return [
      ...said(at, `${seen.state} in ${seen.scope} returned before`, left, length),
      ...said(at, `${seen.state} in ${seen.scope} goes by a look of long ago at`, aged, length),
    ];
  }

  return (event) => {
    const by = event.what === 'leaf' || event.what === 'trust' ? event.by : event;
    const seen =
      typeof by === 'object' && 'invocation' in by ? replay.state.invocations.get(by.invocation) : undefined;
    if (!seen) return [];
    if (event.what === 'returned') return BY_SHARD.includes(seen.step) ? returned(event, seen) : [];
    const { plan, halt } = Object(seen.input) as Input;
    const length = shardsIn(plan);
    // Another watch judges the clients that a halted scope has proven and moves all the same, shard by shard.
    if (event.what === 'leaf' && event.stage === 'AWSCURRENT' && !halt) {
      const left = missing(length, visitOf(seen, 'verify', 'overlap'));
      return said(event.at, `${event.client} was moved in ${seen.scope} before`, left, length);
    }
    if (event.what !== 'trust' || seen.step !== 'deactivate') return [];
    const left = missing(length, visitOf(seen, 'verify', 'beforeCut'));
    return said(event.at, `${event.anchorIds.join(' ')} was cut in ${seen.scope} before`, left, length);
  };
}

/** How many shards a scope has, whichever of them a step is about. */
const shardsIn = (plan: ScopePlan | undefined): number => plan?.shards?.[0]?.of ?? 0;

const said = (at: number, what: string, shards: readonly number[], of: number): Finding[] =>
  shards.length > 0
    ? [{ kind: 'unproven', at, what: `${what} shard ${shards.map((one) => one + 1).join(', ')} of ${of}` }]
    : [];
