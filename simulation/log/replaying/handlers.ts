import type { LoggedEvent } from '../event-log.ts';

type What = LoggedEvent['what'];

export type EventOf<W extends What> = LoggedEvent & { what: W };

/** What each of these kinds of event does to the state of a replay. */
export type Handlers<W extends What = What> = { [K in W]: (event: EventOf<K>) => void };
