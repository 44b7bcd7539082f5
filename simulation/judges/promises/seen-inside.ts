import type { Finding } from '../../log/findings.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import { isRefusedControl, looksOf } from '../proofs/probes.ts';
import { successorsOf } from '../trust/successors-of.ts';
import type { JudgeContext, TrustEvent, Watch } from '../watch.ts';

/**
 * Judges F16: nothing is cut, not even in an emergency, where the last look at its scope has seen a witness
 * get in by the successor. That look counts where a caller without a certificate was turned away beside the
 * witness. An emergency waits for no witness that says nothing, but one that gets in stops it.
 */
export function createSeenInsideWatch(context: JudgeContext): Watch {
  const { replay, scenario } = context;
  const names = (scenario.witnesses ?? []).map(({ name }) => `${name} `);
  return (event) => {
    if (names.length === 0 || event.what !== 'trust' || event.active || typeof event.by !== 'object')
      return [];
    const seen = replay.state.invocations.get(event.by.invocation);
    if (seen?.step !== 'deactivate') return [];
    const successors = event.anchorIds.flatMap((id) => successorsOf(id, event, seen, context));
    return lastLooks(event, event.by.execution, context).flatMap(({ probes }): Finding[] => {
      const inside = probes.find(
        ({ leaf, verdict, by, host, project }) =>
          names.some((name) => leaf.startsWith(name)) &&
          verdict === 'accepted' &&
          successors.includes(by ?? '') &&
          probes.some((one) => one.host === host && one.project === project && isRefusedControl(one)),
      );
      if (!inside) return [];
      const what = `${event.anchorIds.join(' ')} was cut in ${event.scope}, and ${inside.leaf} had been seen to get in there`;
      return [{ kind: 'widened', at: event.at, what }];
    });
  };
}

/** The last look at a scope, or at each of its shards, in the overlap and before the cut. */
function lastLooks({ scope }: TrustEvent, execution: string, context: JudgeContext): InvocationRecord[] {
  const looks = looksOf(execution, context).filter((look) => look.scope === scope);
  const which = ({ input }: InvocationRecord) => `${Object(input).moment} ${Object(input).shard?.at ?? 0}`;
  return [...new Map(looks.map((look) => [which(look), look])).values()];
}
