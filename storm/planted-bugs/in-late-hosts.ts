import { edit, type SourceBug } from './source-bug.ts';

/** Leaves out the second look, minutes later. That look would find what the first one has missed. */
const ONCE = edit('domain/overlap/settling.ts', 'isUnheard && !isSecond ? settleSeconds : 0', '0');

/**
 * Bugs about hosts that do not know of a toggle yet (F7, F16, I10), and about clients that only some hosts
 * answer (F10).
 */
export const inLateHosts: Readonly<Record<string, SourceBug>> = {
  'activation-unheard': {
    what: 'a renewal that turns its clients away is proven at hosts that have not heard of its activation',
    finds: 'lockout',
    seen: 153,
    edits: [
      edit(
        'adapters/hosts/in-the-overlap/look-until-heard.ts',
        'if (isUnheard && !isSecond && isWell(ended))',
        'if (isUnheard && !isWell(ended))',
      ),
      ONCE,
    ],
  },
  'looked-at-once': {
    what: 'a scope is not looked at again minutes later, though nothing has shown that hosts have heard of its toggle',
    finds: 'lockout',
    seen: 369,
    edits: [ONCE],
  },
  'cut-unheard': {
    what: 'a cut is confirmed at hosts that have not heard of it, where no old leaf shows whether they have',
    finds: 'lockout',
    seen: 105,
    edits: [
      edit(
        'adapters/hosts/after-the-cut/look-until-reached.ts',
        'return isUrgent(plan) ? widened !== null : isReachUnseen;',
        'return widened !== null;',
      ),
      ONCE,
    ],
  },
  'taken-up-unheard': {
    what: 'a probe proves what a run takes up, though hosts may go by what the run before has cut',
    finds: 'lockout',
    seen: 392,
    edits: [edit('domain/planning/checks.ts', '!isByAnother && !isByWhatIsCut', '!isByAnother')],
  },
  'taken-up-without-a-wait': {
    what: 'a run that only takes up cuts of an earlier one does not look at them again minutes later',
    finds: 'lockout',
    seen: 1721,
    edits: [
      edit(
        'domain/planning/later-needs.ts',
        'settles ? settlingOfEach',
        'settles && decided.soakSeconds > 0 ? settlingOfEach',
      ),
    ],
  },
  'witness-before-the-cut-is-heard': {
    what: 'after a cut a witness is looked at before the hosts have heard of it, and not again',
    finds: 'widened',
    seen: 586,
    edits: [
      edit(
        'adapters/hosts/after-the-cut/look-once-reached.ts',
        'const keepingOut = keepOut(wires, plan, before.enforcedBeside ?? seenBeside);',
        'const keepingOut = Promise.resolve({ probes: 0, unwitnessed: [], seenBeside });',
      ),
      ONCE,
    ],
  },
  'moved-at-the-first-edge': {
    what: 'clients are moved as soon as one edge of a host has let their leaf in',
    finds: 'lockout',
    seen: 1031,
    edits: [edit('domain/manifest.ts', 'promotions.length > 0 ? settling(plan) : 0', '0')],
  },
  'hosts-not-heeded': {
    what: 'a client is looked at on every host, whatever hosts the configuration states for it',
    finds: 'unfinished',
    seen: 84,
    edits: [
      edit('domain/overlap/own-hosts.ts', 'all.length === 0 ? [] : (own ?? all)', 'own === all ? [] : all'),
    ],
  },
  'hosts-of-another-client': {
    what: 'every client of a scope is looked at on the hosts that answer the first of them',
    finds: 'unproven',
    seen: 259,
    edits: [
      edit(
        'adapters/hosts/every-trial.ts',
        'holds && hostsOf(check, hosts).includes(host)',
        'holds && hostsOf(checks[0] ?? check, hosts).includes(host)',
      ),
    ],
  },
};
