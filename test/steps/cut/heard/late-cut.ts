import { confirm } from '../../../../lambdas/confirm.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { secondsOf } from '../../../../lambdas/domain/instant.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { DAY, HOST, type Scene } from '../../scene.ts';
import { throughTheOverlap } from '../../through-the-overlap.ts';

/**
 * Runs a rotation of proj_a up to its cut, `days` days after the end of the soak. `paused` collects the
 * seconds that the steps wait from then on.
 */
export async function upToTheCut(set: Scene, { days = 0 } = {}) {
  const paused: number[] = [];
  const pause = async (seconds: number) => {
    paused.push(seconds);
    set.time.now += seconds;
  };
  const ports = { ...set.ports, hosts: [HOST], pause };
  const plan = await set.plan('one');
  const { input, soakUntil } = await throughTheOverlap(set, plan, ports);
  set.time.now = Math.max(set.time.now, secondsOf(soakUntil)) + days * DAY;
  const verification = await verify(ports, { ...input, moment: 'beforeCut' });
  paused.splice(0);
  return { ports, paused, input: { ...input, verification } };
}

/** Makes the cut. Hosts hear of it `late` seconds afterwards, and listings show it at once. */
export async function cutLate(set: Scene, { ports, input }: UpToTheCut, late: number) {
  set.world.organization.delayBy((place) => (place === 'listings' ? 0 : late));
  return { ...input, deactivation: await deactivate(ports, input) };
}

/**
 * Makes the cut and confirms it as often as the machine does. Returns 'confirmed' or the error. Hosts have
 * heard of the cut by then.
 */
export async function confirmedLate(set: Scene, before: UpToTheCut, late = 20): Promise<string> {
  const input = await cutLate(set, before, late);
  const end = await confirmedAtLast(set, before, input);
  set.time.now += 600;
  return end.halt?.Error ?? 'confirmed';
}

/** Confirms a scope or a shard, and tries again while the old leaf is accepted, as the machine does. */
export async function confirmedAtLast(
  set: Scene,
  { ports }: UpToTheCut,
  input: Parameters<typeof confirm>[1],
) {
  const look = () =>
    confirm(ports, input).catch(({ name, message }) => ({
      halt: { Error: String(name), Cause: String(message) },
    }));
  let end = await look();
  for (let tries = 0; end.halt?.Error === 'RetiringStillAccepted' && tries < 30; tries++) {
    set.time.now += 10;
    end = await look();
  }
  return end;
}

type UpToTheCut = Awaited<ReturnType<typeof upToTheCut>>;
