import type { LoggedEvent } from '../../log/event-log.ts';
import type { Finding } from '../../log/findings.ts';
import type { JudgeContext, Watch } from '../watch.ts';

/**
 * Judges I17: an emergency none of whose anchors exists is refused, and ends no rotation that runs. Where a
 * call was hindered nobody could know, and an emergency waits for nobody (I16).
 */
export function createUnheardOfWatch({ replay, scenario }: JudgeContext): Watch {
  /** Executions to which something befell before they took the lease. */
  const hindered = new Set<string>();

  function taken({ at, lease: { holder } }: LoggedEvent & { what: 'lease' }): Finding[] {
    const { lease: before, running, requests } = replay.state;
    const isLive = before && !before.released && before.holder !== holder && running.has(before.holder);
    if (!isLive || hindered.has(holder)) return [];
    const { mode, anchors = [] } = Object(requests.get(holder)) as { mode?: string; anchors?: string[] };
    // A listing may still have shown an anchor that was deleted lately.
    const unheardOf = anchors.filter(
      (id) => !replay.exists(id) && !scenario.anchors.some((one) => one.id === id),
    );
    // Where one of the anchors exists, it is an emergency all the same (I16).
    if (mode !== 'emergency' || unheardOf.length < anchors.length) return [];
    const what = `${holder} took the lease of ${before.holder} for ${unheardOf.join(' ')}, which never existed`;
    return [{ kind: 'heldBack', at, what }];
  }

  return (event) => {
    if (event.what === 'fault') hindered.add(event.execution);
    // A run whose key or client certificate is refused learns nothing about an id.
    if (
      event.what === 'called' &&
      /API key|permission|Client certificate/.test(String(Object(event.answer).thrown))
    )
      hindered.add(event.execution);
    return event.what === 'lease' ? taken(event) : [];
  };
}
