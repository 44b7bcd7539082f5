import { judgeWave } from '../../lambdas/domain/cut/wave-judgement.ts';
import type { ScopeVerdict } from '../../lambdas/domain/document.ts';
import type { Definition } from '../../lib/definition.ts';
import { runMachine } from '../../simulation/machine/run-machine.ts';
import { createVirtualClock } from '../../simulation/time/virtual-clock.ts';
import { placed } from './machine/walk.ts';

/** The input of a step. A scope's own steps know their scope. */
export type Input = { plan?: { scope?: string }; [key: string]: unknown };

/** How states answer, by their names. A state without an answer here says its name and its scope. */
export type Answers = Record<string, (input: Input) => unknown>;

export const lease = { token: 7 };
const scopesOf = (...scopes: string[]) => scopes.map((scope) => ({ scope, successions: [], checks: [] }));

type ScopeItem = { scope: string; successions: unknown[]; checks: unknown[]; shards?: unknown[] };
type WaveItem = ReturnType<typeof waveOf>;

/** A wave as Plan's answer carries it, together with its list in S3. */
export const waveOf = (name: string, scopes: ScopeItem[]) => {
  const key = `${name} of ${scopes.map(({ scope }) => scope).join(' ')}`;
  lists.set(key, scopes);
  return { name, count: scopes.length, list: { bucket: 'lists', key, version: 'v1', digest: 'd' }, scopes };
};
const lists = new Map<string, ScopeItem[]>();

/** Returns what a distributed Map reads. */
export const itemsIn = async ({ Key }: { Key: string }): Promise<unknown> => lists.get(Key);

/** A plan of three waves. The second has two scopes that are handled at once. */
export const rotation = {
  decision: 'rotate',
  isRed: false,
  mode: 'scheduled',
  evidence: 'probe',
  atOnce: false,
  anyOutside: false,
  settleSeconds: 0,
  lease,
  clients: { bucket: 'lists', key: 'clients', version: 'v1', digest: 'd' },
  waves: [
    waveOf('canary', scopesOf('proj_a')),
    waveOf('projects', scopesOf('proj_b', 'proj_c')),
    waveOf('organization', scopesOf('organization')),
  ],
};

/** The answers of a rotation in which nothing goes wrong, except for the given answers. */
export const rotating = (answers: Answers = {}): Answers => {
  const verdicts: (ScopeVerdict & { phase: unknown })[] = [];
  const conclude = ({ phase, verdict }: Input) => {
    verdicts.push({ phase, ...(verdict as ScopeVerdict) });
    return {};
  };
  /** The answer of Judge. */
  const judged = ({ wave, waves = [wave], phase, tolerant }: Input) =>
    judgeWave(
      (waves as WaveItem[]).flatMap(({ scopes }) => scopes.map(({ scope }) => scope)),
      verdicts.filter((one) => one.phase === phase).map(({ phase: _, ...verdict }) => verdict),
      { tolerant: tolerant === true },
    );
  return {
    Plan: () => rotation,
    'Promote clients': () => ({ promoted: [], alreadyCurrent: [], soakUntil: '2026-11-30T00:00:00.000Z' }),
    'Verify new anchors': proven,
    'Activate at once': activated,
    'Activate for many at once': activated,
    'Undo the cut': undone,
    'Take back everywhere': () => ({ takenBack: [], also: '' }),
    'Judge the overlap': judged,
    'Judge the wave': judged,
    'Judge all cuts': judged,
    'Begin the cut': ({ plan }) => {
      const overlap = verdicts.find(({ phase, scope }) => phase === 'overlap' && scope === plan?.scope);
      if (overlap?.verdict !== 'halted')
        return { begins: true, anyHalted: false, inShards: false, looksFirst: false };
      return { begins: false, anyHalted: true, halt: { Error: overlap.error, Cause: overlap.cause } };
    },
    'Judge what went by itself': judged,
    'Undo an earlier cut': nothingCut,
    'Conclude the overlap': conclude,
    'Conclude the cut': conclude,
    'Conclude the whole way': conclude,
    'Scope proven': conclude,
    'Scope confirmed': conclude,
    'Confirmed by itself': conclude,
    ...answers,
  };
};

/** The answer of Activate where there is something to cut. */
export const activated = ({ plan }: Input) => ({
  scope: plan?.scope,
  activated: ['cert_new'],
  alreadyActive: [],
  remains: 'cut',
});

/** The answer of Verify. */
export const proven = ({ plan }: Input) => ({
  scope: plan?.scope,
  provenAt: '2026-11-23T00:00:00.000Z',
  evidence: 'probe',
  probes: 2,
  outside: [],
  settleSeconds: 0,
});

/** The answers of Undo: where it put an anchor back, and where nothing had been cut. */
export const undone = ({ plan }: Input) => ({
  scope: plan?.scope,
  anyCut: true,
  anyBack: true,
  reactivated: ['cert_old'],
  left: [],
  summary: `undo in ${plan?.scope}: put back cert_old`,
  also: '',
});
export const nothingCut = (input: Input) => ({
  ...undone(input),
  anyCut: false,
  anyBack: false,
  reactivated: [],
});

/** An answer that fails with this error, in the given scope or everywhere. */
export const fails = (name: string, scope?: string) => (input: Input) => {
  if (scope === undefined || input.plan?.scope === scope)
    throw Object.assign(new Error(`it was ${name}`), { name });
};

/**
 * Runs a synthesized machine with steps that give these answers. Returns how it ended, every attempt in
 * order, and how many seconds the retries took at the most.
 */
export async function run(definition: Definition, answers: Answers, request: object = {}) {
  const clock = createVirtualClock(Date.parse('2026-11-23T00:00:00Z') / 1000);
  const begun = clock.now();
  const asked: { state: string; input: Input }[] = [];
  const end = await runMachine({
    definition: namedByState(definition),
    input: request,
    clock,
    wait: async () => {},
    invoke: async (state, input) => {
      asked.push({ state, input: input as Input });
      return answered(answers, state, input as Input);
    },
    itemsIn,
    observer: { entered: () => {}, done: () => {}, failed: () => {} },
  });
  // The states that only begin, conclude, open or judge are left out here. Tests that are about them look at
  // them.
  const told = asked.filter(({ state }) => !/^(Begin|Conclude|Open|Scope|Confirmed) /.test(state));
  const inScope = (scope: string) => told.filter(({ input }) => input.plan?.scope === scope);
  return {
    ...end,
    /** State and scope of every attempt. */
    entered: told.map(({ state, input }) => `${state} ${input.plan?.scope ?? ''}`.trim()),
    stepsOf: (scope: string) => inScope(scope).map(({ state }) => state),
    inputOf: (state: string) => asked.find((one) => one.state === state)?.input,
    seconds: clock.now() - begun,
  };
}

/** Returns the document at the end of an execution that goes well. */
export const documentOf = async (definition: Definition, answers: Answers): Promise<unknown> =>
  (await run(definition, answers)).output;

/** Returns the answer of a state. */
export const answered = async (answers: Answers, state: string, input: Input): Promise<unknown> =>
  (await answers[state]?.(input)) ??
  (state.startsWith('Begin ')
    ? { begins: true, anyHalted: false, inShards: false, looksFirst: false }
    : { scope: input.plan?.scope, by: state, settleSeconds: 0 });

/**
 * Returns the machine with each task's own name as its resource, because states that share a step may answer
 * differently.
 */
function namedByState(definition: Definition): Definition {
  const copy = structuredClone(definition);
  for (const { name, state } of placed(copy)) if (state.Type === 'Task') state.Resource = name;
  return copy;
}
