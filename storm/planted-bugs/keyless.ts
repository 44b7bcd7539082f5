import type { Ports } from '../../simulation/in-process/ports.ts';
import { otherPorts, type PlantedBug } from './planting.ts';

/** Bugs about clients without an API key (F17). */
export const aboutKeyless: Readonly<Record<string, PlantedBug>> = {
  'exchange-remembered': {
    what: 'a token that an account was given for one leaf is used for the next: nobody exchanges that one',
    finds: 'unproven',
    seen: 3,
    make: () => {
      const known = new Map<string, Awaited<ReturnType<Ports['exchange']>>>();
      return otherPorts('all', ({ exchange }) => ({
        async exchange(claimed) {
          if (!claimed.certificateChain) return exchange(claimed);
          const exchanged = known.get(claimed.serviceAccountId) ?? (await exchange(claimed));
          if (exchanged.kind === 'accepted') known.set(claimed.serviceAccountId, exchanged);
          return exchanged;
        },
      }));
    },
  },
  'token-recorded': {
    what: 'the trail says with which token a client was proven',
    finds: 'tokenTold',
    seen: 1,
    make: () =>
      otherPorts('all', ({ exchange, journal }) => {
        const tokens: string[] = [];
        return {
          async exchange(claimed) {
            const exchanged = await exchange(claimed);
            if (exchanged.kind === 'accepted') tokens.push(exchanged.token);
            return exchanged;
          },
          journal: {
            ...journal,
            record: (entry) => journal.record({ ...entry, detail: { ...entry.detail, tokens } }),
          },
        };
      }),
  },
};
