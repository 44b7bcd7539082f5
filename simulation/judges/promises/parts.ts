import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { Shard } from '../../../lambdas/domain/plan-document/shard.ts';
import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import type { JudgeContext, Watch } from '../watch.ts';

type Input = { plan: ScopePlan; moment?: string; shard?: Shard; verifications?: unknown; halt?: unknown };
/**
 * How many parts a scope has in the overlap. `over` has the parts that were looked at to the end, with the
 * last invocation that did so. `latest` has the invocation that began the last look at each.
 */
type Parts = { of: number; over: Map<number, number>; latest: Map<number, number> };

/**
 * The error of a part in which nobody is asked for a certificate: it proves no client. A witness that gets in
 * concerns one successor only, and the watch of the witnesses judges who is moved to it (F16, I17).
 */
const OF_THE_SCOPE = 'NotEnforced';

/**
 * Judges I8 and F16 for a client that is moved where a scope halts, or by Promote. In at least one scope with
 * a check for the client, the last look at each part has come to its end.
 */
export function createPartsWatch({ replay }: JudgeContext): Watch {
  const byVisit = new Map<string, Parts>();
  /**
   * Looks that have begun: by their first word in the table, or by their first secret. Their
   * next word in the table ends them.
   */
  const begun = new Set<number>();
  const left = (execution: string, scope: string): number[] => {
    const { of, over } = byVisit.get(`${execution} ${scope}`) ?? NO_LOOK;
    return Array.from({ length: of }, (_, at) => at).filter((at) => !over.has(at));
  };

  function looked(event: LoggedEvent & { invocation: number }, seen: InvocationRecord): void {
    const { shard = { at: 0, of: 1 }, plan } = seen.input as Input;
    const visit = `${seen.execution} ${plan.scope}`;
    const { over, latest } = byVisit.get(visit) ?? emptyPart(shard.of);
    byVisit.set(visit, { of: shard.of, over, latest });
    const { invocation } = event;
    const end = () => over.set(shard.at, Math.max(invocation, over.get(shard.at) ?? invocation));
    if (event.what === 'called') {
      const isWord = event.call.about?.startsWith('proven ') && wasDone(event);
      if (isWord && begun.has(invocation)) end();
      else if (!begun.has(invocation) && (isWord || event.call.op === 'secret')) {
        begun.add(invocation);
        latest.set(shard.at, invocation);
        // A look whose answer was lost may begin when the look that replaced it has
        // ended. Nobody waits for it any more.
        const isGivenUp = invocation < (over.get(shard.at) ?? invocation);
        if (!isGivenUp) over.delete(shard.at);
      }
    }
    if (event.what === 'returned') end();
    if (event.what !== 'failed') return;
    const isOfTheScope = event.error === OF_THE_SCOPE;
    // A look that failed before it looked at any client leaves the part as it was.
    if (!isOfTheScope && begun.has(invocation)) end();
    if (isOfTheScope && latest.get(shard.at) === invocation) over.delete(shard.at);
  }

  function moved(event: LoggedEvent & { what: 'leaf' }, { execution, step, input }: InvocationRecord) {
    const { plan, halt } = input as { plan: Plan & ScopePlan; halt?: unknown };
    if (step !== 'promote' && !(step === 'promote-scope' && halt)) return [];
    const scopes = step === 'promote' ? plan.waves.flatMap((wave) => wave.scopes) : [plan];
    const reached = scopes.filter(({ checks }) => checks.some(({ client }) => client === event.client));
    const missing = reached.map(({ scope }) => ({ scope, parts: left(execution, scope) }));
    if (missing.length === 0 || missing.some(({ parts }) => parts.length === 0)) return [];
    const told = missing.map(
      ({ scope, parts }) => `part ${parts.map((at) => at + 1).join(', ')} of ${scope}`,
    );
    const what = `${execution} moved ${event.client} before ${told.join(' or ')} was looked at to the end`;
    return [{ kind: 'unproven', at: event.at, what } satisfies Finding];
  }

  return (event) => {
    const by = event.what === 'leaf' ? event.by : event;
    const seen =
      typeof by === 'object' && 'invocation' in by ? replay.state.invocations.get(by.invocation) : undefined;
    if (!seen) return [];
    if (event.what === 'leaf') return event.stage === 'AWSCURRENT' ? moved(event, seen) : [];
    const { moment = 'overlap', verifications } = Object(seen.input) as Input;
    const isLook = seen.step === 'verify' && moment === 'overlap' && !verifications;
    if (isLook && 'invocation' in event) looked(event, seen);
    return [];
  };
}

const emptyPart = (of: number): Parts => ({ of, over: new Map(), latest: new Map() });

/** A scope that nobody has begun to look at has at least one part. */
const NO_LOOK = emptyPart(1);

const wasDone = ({ answer }: LoggedEvent & { what: 'called' }): boolean =>
  !Object.hasOwn(Object(answer), 'thrown');
