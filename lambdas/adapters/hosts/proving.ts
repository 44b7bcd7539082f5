import { type Clock, type Pause, systemClock, systemPause } from '../../clock.ts';
import { hostsFromEnvironment } from '../environment.ts';
import { type Secrets, secretsFromEnvironment } from '../secrets/secrets.ts';
import { type Journal, journalFromEnvironment } from '../table/journal.ts';
import { type Leases, leasesFromEnvironment } from '../table/lease.ts';
import { type Exchange, exchangeFromEnvironment } from './exchange.ts';
import { type Probe, probeFromEnvironment } from './probe.ts';

/** The adapters of a step that calls the hosts as the clients do. */
export type ProvingPorts = {
  secrets: Secrets;
  probe: Probe;
  exchange: Exchange;
  hosts: readonly string[];
  leases: Leases;
  journal: Journal;
  clock: Clock;
  pause: Pause;
};

/** Returns these adapters as the environment describes them. */
export const provingPortsFromEnvironment = (): ProvingPorts => ({
  secrets: secretsFromEnvironment(),
  probe: probeFromEnvironment(),
  exchange: exchangeFromEnvironment(),
  hosts: hostsFromEnvironment(),
  leases: leasesFromEnvironment(),
  journal: journalFromEnvironment(),
  clock: systemClock,
  pause: systemPause,
});
