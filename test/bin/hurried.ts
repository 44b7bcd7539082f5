import { pace } from '../../bin/terminal/pause.ts';

// In these tests everything has changed before a command looks again. So a fortieth of each pause is enough.
pace.share = 1 / 40;
