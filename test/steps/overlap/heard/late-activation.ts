import { activate } from '../../../../lambdas/activate.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { HOST, type Scene, type scopeInput } from '../../scene.ts';

/**
 * Runs the overlap of a scope in one function or in `of` shards. Hosts hear of its activation 20 s late.
 * Returns 'proven' or the error.
 */
export async function overlapLate(set: Scene, input: ReturnType<typeof scopeInput>, of = 1): Promise<string> {
  const pause = async (seconds: number) => {
    set.time.now += seconds;
  };
  const ports = { ...set.ports, hosts: [HOST], pause };
  const begin = { beforehand: await verify(ports, { ...input, moment: 'beforehand' }) };
  set.world.organization.delayBy((place) => (place === 'listings' ? 0 : 20));
  const activation = await activate(ports, { ...input, begin });
  const look = (about: object) =>
    verify(ports, { ...input, begin, activation, ...about, moment: 'overlap' }).catch(
      ({ name, message }) => ({
        halt: { Error: String(name), Cause: String(message) },
      }),
    );
  const began = set.time.now;
  const verifications: Awaited<ReturnType<typeof look>>[] = [];
  for (let at = 0; at < of; at++) {
    // All shards begin at the same time. The machine tries each again for minutes.
    set.time.now = began;
    const shard = of > 1 ? { shard: { at, of } } : {};
    let end = await look(shard);
    for (let tries = 0; end.halt && tries < 12; tries++) {
      set.time.now += 10;
      end = await look(shard);
    }
    verifications.push(end);
  }
  const [only] = verifications;
  const end = of === 1 && only ? only : await look({ verifications });
  set.time.now += 600;
  return end.halt?.Error ?? 'proven';
}
