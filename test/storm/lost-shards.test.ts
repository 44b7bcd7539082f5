import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../lambdas/domain/cut/verdict.ts';
import type { Ports } from '../../simulation/in-process/ports.ts';
import { acme, client, storyOf, tell } from './story.ts';

/**
 * Random seeds hardly ever get here. None of their filters is for a single client, so a scope halts for one
 * client only when it does not answer. That is the least grave halt, and after it a lost shard lets no client
 * be moved.
 */
const story = storyOf({
  days: 1,
  anchors: [acme(0, 20, ['proj_a']), acme(1, 800, [], { filter: 'subject.common_name != "batch"' })],
  clients: ['api', 'batch', 'mail', 'ops'].map((name) => client(name, 'proj_a')),
  events: [],
});

const SILENT: Verdict = { kind: 'inconclusive', why: '503', passing: true };
const never = () => new Promise<never>(() => {});

/**
 * Batch is refused. The look at mail's shard gets no answer at first and is tried again, and then it never
 * ends.
 */
function losing(bug: (ports: Ports) => Partial<Ports> = () => ({})) {
  let looks = 0;
  return {
    plant: (ports: Ports, { step }: { step: string }, input: unknown): Ports => {
      const { moment = 'overlap', shard } = Object(input);
      if (step === 'promote') return { ...ports, ...bug(ports) };
      if (step !== 'verify' || moment !== 'overlap' || !shard) return ports;
      let isCounted = false;
      const probe: Ports['probe'] = async (host, held) => {
        if (held.apiKey !== 'sk-mail') return ports.probe(host, held);
        if (!isCounted) looks++;
        isCounted = true;
        return looks > 1 ? never() : SILENT;
      };
      return { ...ports, ...bug(ports), probe };
    },
  };
}

async function movedIn(planted: ReturnType<typeof losing>) {
  const { log, ends, findings } = await tell(story, planted);
  const moved = log.flatMap((event) =>
    event.what === 'leaf' && event.by !== 'setup' && event.stage === 'AWSCURRENT' ? event.client : [],
  );
  return { ends, moved, found: findings.filter((one) => one.includes('looked at to the end')) };
}

describe('a scope that halts for one client while the look at a shard is lost (F16, I8)', () => {
  it('moves nobody: a witness may be in that shard', async () => {
    const { ends, moved, found } = await movedIn(losing());
    expect(ends[0]).toBe('SuccessorRefused');
    expect(moved).toEqual([]);
    expect(found).toEqual([]);
  });

  it('is found to have moved clients, where whoever reads what was left does not ask for all of it', async () => {
    const { moved, found } = await movedIn(
      losing(({ verdicts }) => ({
        verdicts: {
          ...verdicts,
          provenIn: async (visit) =>
            (await verdicts.provenIn(visit)).map((part) => ({ ...part, clients: part.clients ?? [] })),
        },
      })),
    );
    expect(moved.toSorted()).toEqual(['api', 'ops']);
    expect(found[0]).toMatch(
      /^unproven: \S+ moved (api|ops) before part \d+ of proj_a was looked at to the end$/,
    );
  });

  it('is found to have moved clients, where what an earlier look has left goes on to count', async () => {
    const { moved, found } = await movedIn(
      losing(({ verdicts }) => ({
        verdicts: {
          ...verdicts,
          leaveProven: async (visit, part, word) =>
            word.clients === null ? undefined : verdicts.leaveProven(visit, part, word),
        },
      })),
    );
    expect(moved.toSorted()).toEqual(['api', 'ops']);
    expect(found).toHaveLength(2);
  });
});
