import type { AnchorChoice } from '../../../../simulation/world/anchor-choice.ts';
import { HOST, type SceneClient, scene } from '../../scene.ts';

const on = (name: string): SceneClient => ({ name, project: 'proj_a', running: { anchor: 'cert_acme0' } });

/**
 * Two clients of an anchor that is due, and its renewal, whose filter refuses search. `choice` says which of
 * the two anchors hosts check (F7). A pause of the ports moves the clock.
 */
export async function searchRefused(choice: AnchorChoice) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      {
        ...{ id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
        filter: 'subject.common_name != "search"',
      },
    ],
    [on('billing'), on('search')],
    { choice },
  );
  const pause = async (seconds: number) => {
    set.time.now += seconds;
  };
  return { set, ports: { ...set.ports, hosts: [HOST], pause } };
}
