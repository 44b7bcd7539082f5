import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn, moveToStaged, onAcme, SILENT } from '../saying.ts';
import { HOST, type SceneAnchor, type SceneClient, scene, scopeInput } from '../scene.ts';

const filter = 'subject.common_name != "intruder"';
const search: SceneClient = { name: 'search', project: 'proj_a', running: { anchor: 'cert_keel0' } };
const intruder: SceneClient = { name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } };
const ANCHORS: SceneAnchor[] = [
  { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter },
  { id: 'cert_acme1', expires: 300, filter },
  { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
  { id: 'cert_keel1', expires: 300, renewedFrom: 'cert_keel0' },
];

/**
 * Returns how the last look before the cut ends, and what its undo does. Somebody has changed these filters
 * during the soak.
 */
async function soaked(filters: Record<string, string | undefined>) {
  const clients = [onAcme('billing', 'proj_a'), search];
  const set = await scene(ANCHORS, clients, { choice: 'last', witnesses: [intruder] });
  const plan = await set.plan('one');
  const ports = { ...set.ports, hosts: [HOST], pause: async () => {} };
  const input = scopeInput('one', plan);
  await activate(ports, input);
  await verify(ports, { ...input, moment: 'overlap' });
  await moveToStaged(set.secrets, 'billing');
  for (const [id, changed] of Object.entries(filters)) set.world.organization.setFilter(id, changed);
  const halt = await verify(ports, { ...input, moment: 'beforeCut' }).then(
    () => expect.unreachable(),
    ({ name, message }: Error) => ({ Error: name, Cause: message }),
  );
  const { takenBack } = await undo(ports, { ...input, halt });
  return { set, halt, takenBack };
}
const TURNS_AWAY = { cert_keel1: 'subject.common_name != "search"' };
const LETS_IN = { cert_acme1: undefined };

it('control: a renewal that turns its client away by the end of the soak is taken back', async () => {
  const { set, halt, takenBack } = await soaked(TURNS_AWAY);
  expect([halt.Error, takenBack, await isIn(set, 'search')]).toEqual([
    'SuccessorRefused',
    ['cert_keel1'],
    'accepted',
  ]);
});

it('I10: so is one beside a witness that gets in by another successor, and the halt has both', async () => {
  const { set, halt, takenBack } = await soaked({ ...TURNS_AWAY, ...LETS_IN });
  expect([takenBack, await isIn(set, 'search')]).toEqual([['cert_keel1'], 'accepted']);
  expect(halt).toEqual({
    Error: 'SuccessorRefused',
    Cause: expect.stringMatching(/client search .* witness intruder .* gets in/),
  });
});

it('F16: a witness that gets in alone halts by its own name, and nothing is taken back: somebody may run on it', async () => {
  const { halt, takenBack } = await soaked(LETS_IN);
  expect([halt.Error, takenBack]).toEqual(['TrustWidened', undefined]);
});

/**
 * Returns how the confirmation halts, and what is active after the undo. Hosts hear of the cut after their
 * first look at the client, or at once with `atOnce`. Until then they go by the old anchor. With `isSilent`,
 * they say nothing of the client from then on.
 */
async function heardMeanwhile({
  lets,
  isSilent = false,
  atOnce = false,
}: {
  lets?: string;
  isSilent?: boolean;
  atOnce?: boolean;
}) {
  const clients: SceneClient[] = [{ name: 'search', project: 'proj_a', running: { anchor: 'cert_acme0' } }];
  const anchors: SceneAnchor[] = [
    { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter },
    { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0', ...(lets && { filter: lets }) },
  ];
  const witness: SceneClient = { name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme0' } };
  const set = await scene(anchors, clients, { choice: 'first', witnesses: [witness] });
  const input = scopeInput('one', await set.plan('one'));
  const ports = { ...set.ports, hosts: [HOST], pause: async () => {} };
  const activation = await activate(ports, input);
  const verification = await verify(ports, { ...input, moment: 'beforeCut' });
  let late = atOnce ? 0 : 60;
  set.world.organization.delayBy((place) => (place === 'listings' ? 0 : late));
  const deactivation = await deactivate(ports, input);
  const probe: typeof ports.probe = async (host, held) => {
    const isAsked = held.apiKey === 'sk-search' && held.certificateChain !== undefined;
    if (isAsked && isSilent && late === 0) return SILENT;
    const verdict = await set.ports.probe(host, held);
    if (isAsked) late = 0;
    return verdict;
  };
  const cut = { ...input, activation, verification, deactivation } as never as typeof input;
  const halt = await confirm({ ...ports, probe }, cut as never).then(
    () => expect.unreachable(),
    ({ name, message }: Error) => ({ Error: name, Cause: message }),
  );
  await undo(ports, { ...cut, halt });
  return { halt, active: set.activeIn('proj_a') };
}

it('I10: nor does a witness that gets in once hosts have heard of a cut hide the client that they turn away from then on', async () => {
  const { halt } = await heardMeanwhile({ lets: TURNS_AWAY.cert_keel1 });
  expect(halt.Error).toBe('SuccessorRefused');
});

it.each([{ isSilent: false }, { isSilent: true }, { isSilent: true, atOnce: true }])(
  'F16: nor is that witness hidden by a client of which they say nothing from then on (%o): it halts by its own name, and what lets it in is taken back',
  async (heard) => {
    const { halt, active } = await heardMeanwhile(heard);
    expect([halt, active]).toEqual([
      { Error: 'TrustWidened', Cause: expect.stringContaining('witness intruder') },
      ['cert_acme0'],
    ]);
  },
);
