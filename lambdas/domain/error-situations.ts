/** The kinds of errors, in the order in which an operator should think of them. */
export const kinds = {
  mend: 'Nothing was changed by it: mend what the cause names',
  wait: 'Tried again for minutes already: wait for the service, the next sweep goes on',
  look: 'A proof failed: look whether the clients get in, and whether a leaf does that must not',
  changed:
    'Somebody changed something in the middle, and what that concerns was not cut: see who; the next run plans anew',
  stack:
    'The stack itself failed: its execution says where; deploy it again where a function cannot be loaded',
  nothing:
    'Nothing is broken: another rotation is at work, or somebody has stopped this one; see what follows',
} as const;

/**
 * One way in which an execution may end under a name: what it leaves behind, and what a person should do
 * about it.
 */
export type Situation = { when?: 'in the overlap' | 'after a cut'; leaves: string; remedy: string };

/** The situations that several names share. Names with one situation share a line in the documents. */
export const situations = {
  blocked: {
    leaves: 'nothing changed where it is blocked; whatever else was due is rotated',
    remedy:
      'do what the cause lists: upload a successor, stage a leaf, name an anchor. *mutual TLS is off in …* is said once: somebody emptied a scope after our cut, and only a person may turn it on again',
  },
  surveyUnfinished: {
    leaves: 'nothing changed',
    remedy:
      'a hundred attempts of eight minutes were not enough to list every project: the API takes too few calls a minute for so many. Ask the vendor for a higher limit, and see who else uses the admin key',
  },
  badField: { leaves: 'nothing changed by this step', remedy: 'correct the field it names' },
  badRequest: {
    leaves:
      'nothing changed by this step. What an emergency has named, and exists, stays remembered as compromised, and so do the keys of CAs that it names, without what it asked to be allowed; one that could not be read at all has named nothing',
    remedy:
      'correct the field it names. A run within minutes cuts what an emergency has named, without a soak: start it again with the right names before that, or take it back with windlass compromised --retract',
  },
  unknownProject: {
    leaves: 'nothing changed in that project by this step',
    remedy:
      'correct the field that it names. Where it names none, somebody has archived the project since the plan, so that nobody sees what is active there: it holds up no other, and the next run plans without it',
  },
  badSecret: { leaves: 'nothing changed by this step', remedy: 'repair the secret it names' },
  badAdminKey: {
    leaves: 'overlap, or nothing changed; after a cut, what the cause says of the undo',
    remedy:
      "repair the key in the admin secret, or give its role the permission that the cause names (README, *The admin key's role*); it is not waited for. A new run goes on where this one stopped",
  },
  notAllowed: {
    leaves: 'overlap; after a cut, what the cause says of the undo',
    remedy:
      "a function's role may not do what the cause names: deploy the stack again, then look for a policy of the account or of a key that forbids it",
  },
  badAnchor: { leaves: 'nothing changed', remedy: 'look at the anchor it names' },
  unanswered: {
    leaves: 'overlap: old and new both active; after a cut, what the cause says of the undo',
    remedy:
      'tried for about 45 minutes (in an emergency for seconds, and again by a run minutes later); wait for the service, or let the next sweep go on',
  },
  unseen: {
    leaves: 'overlap; after a cut, what the cause says of the undo',
    remedy: 'the API took a change and does not show it: ask the vendor',
  },
  unproven: {
    when: 'in the overlap',
    leaves:
      'overlap; of that scope only the clients moved that it had proven, after `NotEnforced` none; a successor that hosts ask before what let clients in (a renewal, or the CA that issues their leaves) was deactivated again where this run had activated it and clients are refused, as the cause says',
    remedy:
      "is the client's key valid, is the leaf's intermediate in its chain, does each host answer the client's project (else state its `hosts`)? In an emergency `--leave-behind` goes on without that client where another proves the scope, and `--on-listing` where a probe says nothing. Once the cause is repaired, start a run with `--manual`: no sweep tries again what was taken back",
  },
  unprovenCut: {
    when: 'after a cut',
    leaves: 'the cut of that scope was undone, as far as the cause says',
    remedy:
      "is the client's key valid, do the hosts answer, and answer its project, does anything enforce there at all?",
  },
  refusedCut: {
    when: 'after a cut',
    leaves:
      'the cut of that scope was undone and proven, and clients went back to the leaf that works; a compromised anchor stays cut',
    remedy:
      'the cause says whether the undo held; find out why the new leaf is refused. Start a run with `--manual` then where the cause says so: no sweep tries again what was taken back',
  },
  widened: {
    leaves:
      'in the overlap no client of that successor moved; it was deactivated again in each scope where this run had activated it and nobody depends on it, as the cause says, which names those where it was left: where that was cut short, a run follows within minutes and goes on with it; where each scope goes by itself, in the scope of the witness alone. Before a cut: nothing deactivated, old and new both active',
    remedy:
      "give the successor the filter of the anchor that it replaces, in the vendor's console, or look for another active anchor that lets the witness in, and deactivate it meanwhile in the scopes that the cause names; then start a run with `--manual`: no sweep tries again what was taken back. Where the anchor that is to be cut has no filter itself, which a renewal of it is given now, take the witness out of `mustRefuse` until it is cut",
  },
  unjudged: {
    leaves:
      'the anchor that the cause names stays active in that scope, beside its successor; what else was to be cut there is cut',
    remedy:
      'the project that the cause names has not cut that anchor, which may be what keeps the witness out: see what halted there, or take the witness out of `mustRefuse`; the next run goes on',
  },
  misplaced: {
    leaves:
      "overlap: nothing is cut in the project that is configured for the client, which its probe proves nothing of, and what it runs on stays active in the one that its key is of and in the organization; the client keeps what it runs on, and everybody else is moved. Where it was seen after a cut, that scope's cut was undone, as far as the cause says",
    remedy:
      "the hosts say that the client's API key, or its token, is of another project than `clients[].project`: correct `project` of that client and deploy, or put a key of the configured project into its secret. `windlass doctor` looks at every client. In an emergency `--leave-behind` goes on without that client",
  },
  stillTrusted: {
    leaves: 'the new anchor works, the old one is deactivated; only revocation is unproven',
    remedy: 'look for another active anchor that the old leaf chains to; every sweep confirms again',
  },
  leafChanged: {
    leaves: 'the client keeps what it runs on, and its scopes are not cut; everybody else is moved',
    remedy:
      'somebody changed the secret since the plan or the proof, be it the API key: stage the leaf again beside what the client calls with',
  },
  clientOnRetiring: {
    leaves: 'nothing deactivated there, nor activated where it is the admin credential',
    remedy:
      'somebody moved the client that the cause names onto the anchor that is about to be cut: stage a leaf of the successor for it. Where it is the admin credential, do what the cause says',
  },
  retiringReactivated: {
    leaves:
      'the old anchor stays active there; where the cause names clients nothing was deactivated in that scope, else what else was to be cut there is cut',
    remedy:
      'somebody activated again an anchor that had been cut: stage a leaf of the successor for the clients that the cause names, which have nothing else. Where it names none, nothing is to be done: the next run has it soak once more, and cuts it',
  },
  trustChanged: {
    leaves: 'nothing deactivated there',
    remedy:
      "somebody changed trust in the middle, or deactivated by hand what an emergency named, as the cause says: see the journal and the vendor's audit log",
  },
  reconfigured: {
    leaves: 'nothing deactivated there',
    remedy:
      'a deployment changed the clients, the hosts, the evidence or the stated successions during the soak; the next run looks at all of them and goes on',
  },
  manifestChanged: {
    leaves: 'overlap, or what it had finished: nothing more is done by that list',
    remedy:
      "somebody removed or changed a list of the run's manifest in S3, which Plan alone writes: see the bucket's versions and who may write to it; a new run makes new lists",
  },
  clientListLost: {
    leaves: 'nothing changed by it; what an emergency named is remembered',
    remedy:
      "the list of the clients, which a deployment puts into the CDK's bucket, is gone, altered, or refused to Plan's role: deploy the stack again, and where it was altered delete the object before that, since a deployment leaves what is there alone; then look for a policy of the bucket or of its key that forbids it, and who removed it",
  },
  outOfTime: {
    leaves: 'overlap; everybody else is moved, and cut when that has soaked',
    remedy:
      'clients that do not answer have taken more than a day of the run, so that it waited for no more of them, or began no more scopes: mend what the causes name, such as keys that were revoked long ago, or raise `policy.concurrency`; the next run goes on with those that are left',
  },
  scopeLost: {
    leaves: 'what the journal says of that scope: overlap, or a cut that nobody has confirmed',
    remedy:
      'the execution of that scope was stopped, or ended without a word: see its history in Step Functions; the next run comes within minutes, and confirms a cut or takes it back',
  },
  listUnread: {
    leaves: 'overlap, or what it had finished: no scope of that wave was begun',
    remedy:
      "Step Functions could not read a list of the run's manifest from S3: see whether the machine's role still may; the next run makes new lists",
  },
  stopped: {
    leaves: 'overlap, or what it had finished; no scope is between its cut and its confirmation',
    remedy: 'a person stopped this run with `windlass stop`; the next run goes on where it ended',
  },
  held: {
    leaves: 'nothing changed in that scope',
    remedy: 'somebody put the anchor on hold during the rotation; the next run leaves it alone',
  },
  compromised: {
    leaves: 'from then on nothing was activated, moved or cut in favour of that anchor in that scope',
    remedy: 'an emergency has named it, or its key, during the rotation; the next run chooses another',
  },
  retracted: {
    leaves:
      'that anchor stays active in that scope, beside its successor; what else was to be cut there is cut. A scope where nothing else was to be cut, and that came after that, has changed nothing, nor has a run that had no plan yet',
    remedy:
      'somebody has taken back with `windlass compromised --retract` that the anchor is compromised, while a run was about to cut it: the journal says who, and why; the next run goes by when it expires, and soaks; what else was named it cuts within minutes',
  },
  refused: {
    leaves: 'nothing changed by this step',
    remedy: "the API's own words are in the cause: a quota, or a certificate it does not like",
  },
  cutOff: {
    leaves: 'overlap; after a cut, what the undo says in the cause',
    remedy:
      'a function was cut off or could not run, three times or more: its log group has the reason; the next run goes on, which after an emergency comes within minutes',
  },
  functionFailed: {
    leaves:
      'overlap, or nothing changed; after a cut, what the cause says of the undo, or a cut that the next run confirms or takes back',
    remedy:
      'a function could not be loaded, or ended before its time: the cause and its log group say why. Where its code cannot be loaded deploy the stack again; the next run goes on',
  },
  unnamed: {
    leaves: 'what the error leaves that has lost its name',
    remedy:
      'an emulator of AWS has this name for every error of a step, and the machine goes by names. The cause has the words of the error, and the log group of the function its name before them: look that up. *no longer has the lease* is `Superseded`: an emergency took over, which on AWS ends green, and there is nothing to do. On AWS itself read it as any other `Runtime.*`',
  },
  machineFailed: {
    leaves:
      'overlap, or nothing changed; after a cut, what the cause says of the undo, or a cut that the next run confirms or takes back',
    remedy:
      "Step Functions ended the execution itself: its history says at which state, and why. Where the machine's role lacks a permission deploy the stack again; anything else is a fault of Windlass, and the next run goes on",
  },
  superseded: {
    leaves: 'overlap, or what it had finished',
    remedy:
      'an emergency took over, or a run that cuts what one had left, or rotates what would have expired in the soak of this one, and goes on; nothing to do: the next run takes up the soak where it was. (Its execution ends green, in the state `Superseded`.)',
  },
  busy: {
    leaves: 'nothing changed',
    remedy:
      'another rotation has the lease, perhaps for the days of its soak: `windlass follow` shows it. (1) Where the cause says *Do not wait*, what it names expires before that: `windlass stop` the other and start yours, which takes up that soak where it was. (2) You came for something that is compromised: it is still blocked, or it is being cut, or nobody could look; `windlass status` says which, and a look follows within minutes. (3) You started an emergency while another one was at work: what yours named is remembered, and a run follows that one within minutes, or comes after an hour where that one is stopped. (4) Else nothing waits for you. Start a manual run again when it has ended: what is ready and would expire meanwhile takes over by itself. (A sweep that meets another rotation ends green, in the state `Busy`.)',
  },
} as const satisfies Record<string, Situation>;
