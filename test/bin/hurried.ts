import { pace } from '../../bin/terminal/pause.ts';

// What the tests serve has changed by the time that a command looks again: a fortieth of a pause is enough.
pace.share = 1 / 40;
