import type { Step } from '../steps.ts';
import { instead, type PlantedBug, real } from './planting.ts';

/**
 * Runs Verify without witnesses. It reads the plan from S3 first, since Verify would read the witnesses from
 * there.
 */
const unwatched: Step = async (ports, input) => {
  const { share: _, ...plan } = await ports.manifests.share(input.plan);
  return real('verify')(ports, { ...input, plan: { ...plan, witnesses: [] } });
};

/** The answer of an undo that takes nothing back in any scope. */
const NOTHING = { takenBack: [], also: '' };

/** Bugs about filters: witnesses that get in, and renewals that refuse the clients (F16). */
export const aboutWitnesses: Readonly<Record<string, PlantedBug>> = {
  'witness-ignored': {
    what: 'Verify does not look at a witness',
    finds: 'widened',
    seen: 1296,
    make: () => instead('verify', unwatched),
  },
  'witness-only-in-the-overlap': {
    what: 'Verify does not look at a witness again before the cut',
    finds: 'widened',
    seen: 520,
    make: () =>
      instead('verify', (ports, input) =>
        input.moment === 'beforeCut' ? unwatched(ports, input) : real('verify')(ports, input),
      ),
  },
  'successor-not-taken-back': {
    what: 'a successor that lets a witness in stays active',
    finds: 'widened',
    seen: 316,
    make: () =>
      instead('undo', async (ports, { activation: _, ...input }) =>
        input.everywhere ? NOTHING : real('undo')(ports, input),
      ),
  },
  'successor-left-elsewhere': {
    what: 'a successor that lets a witness in is taken back only where that was seen',
    finds: 'widened',
    seen: 364,
    make: () =>
      instead('undo', async (ports, input) => (input.everywhere ? NOTHING : real('undo')(ports, input))),
  },
  'renewal-not-taken-back': {
    what: 'a renewal whose filter refuses the clients stays active',
    finds: 'lockout',
    seen: 45,
    make: () =>
      instead('undo', (ports, { halt, ...input }) =>
        real('undo')(ports, {
          ...input,
          halt: { ...halt, Error: halt.Error === 'SuccessorRefused' ? 'ProbeInconclusive' : halt.Error },
        }),
      ),
  },
};
