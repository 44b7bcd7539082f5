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
    leaves: 'Nothing changed where it is blocked. Whatever else was due is rotated',
    remedy:
      'Do what the cause lists: upload a successor, stage a leaf, name an anchor. *mutual TLS is off in …* is said once: somebody emptied a scope after our cut, and only a person may turn it on again',
  },
  surveyUnfinished: {
    leaves: 'Nothing changed',
    remedy:
      'The API takes too few calls a minute for so many projects: a hundred attempts of eight minutes were not enough to list them all. Ask the vendor for a higher limit, and see who else uses the admin key',
  },
  badField: {
    leaves: 'Nothing changed by this step',
    remedy: 'Correct the field it names',
  },
  badRequest: {
    leaves:
      'Nothing changed by this step. Anchors that an emergency has named, and that exist, stay remembered as compromised, and so do the keys of CAs that it names. What it asked to be allowed is not remembered. A request that could not be read at all has named nothing',
    remedy:
      'Correct the field it names. A run within minutes cuts what the emergency has named, without a soak. Before that, start it again with the right names, or take the compromise back with windlass compromised --retract',
  },
  unknownProject: {
    leaves: 'Nothing changed in that project by this step',
    remedy:
      'Correct the field that it names. If it names none, somebody has archived the project since the plan, so that nobody sees what is active there. It holds up no other project, and the next run plans without it',
  },
  badSecret: {
    leaves: 'Nothing changed by this step',
    remedy: 'Repair the secret it names',
  },
  badAdminKey: {
    leaves: 'Overlap, or nothing changed. After a cut, what the cause says of the undo',
    remedy:
      "Repair the key in the admin secret, or give its role the permission that the cause names (README, *The admin key's role*). The run does not wait for it. A new run goes on where this one stopped",
  },
  notAllowed: {
    leaves: 'Overlap. After a cut, what the cause says of the undo',
    remedy:
      "A function's role may not do what the cause names. Deploy the stack again. Then look for a policy of the account or of a key that forbids it",
  },
  badAnchor: {
    leaves: 'Nothing changed',
    remedy: 'Look at the anchor it names',
  },
  unanswered: {
    leaves: 'Overlap: old and new both active. After a cut, what the cause says of the undo',
    remedy:
      'It was tried for about 45 minutes (in an emergency for seconds, and again by a run minutes later). Wait for the service, or let the next sweep go on. Where the cause says that something in between has answered, look at the proxy',
  },
  unseen: {
    leaves: 'Overlap. After a cut, what the cause says of the undo',
    remedy: 'The API took a change and does not show it. Ask the vendor',
  },
  unproven: {
    when: 'in the overlap',
    leaves:
      'Overlap. Of that scope only the clients moved that it had proven; after `NotEnforced` none. A successor that hosts ask before what let clients in (a renewal, or the CA that issues their leaves) was deactivated again where this run had activated it and clients are refused, as the cause says',
    remedy:
      "Is the client's key valid? Is the leaf's intermediate in its chain? Does each host answer the client's project (else state its `hosts`)? In an emergency, `--leave-behind` goes on without that client if another proves the scope, and `--on-listing` if a probe says nothing. When the cause is repaired, start a run with `--manual`: no sweep tries again what was taken back",
  },
  unprovenCut: {
    when: 'after a cut',
    leaves: 'The cut of that scope was undone, as far as the cause says',
    remedy:
      "Is the client's key valid? Do the hosts answer, and answer its project? Does anything enforce there at all?",
  },
  refusedCut: {
    when: 'after a cut',
    leaves:
      'The cut of that scope was undone and proven, and clients went back to the leaf that works. A compromised anchor stays cut',
    remedy:
      'The cause says whether the undo held. Find out why the new leaf is refused. Then start a run with `--manual` where the cause says so: no sweep tries again what was taken back',
  },
  widened: {
    leaves:
      'In the overlap: no client of that successor moved. The successor was deactivated again in each scope where this run had activated it and nobody depends on it. The cause names the scopes where it was left. If that was cut short, a run follows within minutes and goes on with it. Where each scope goes by itself, it was deactivated in the scope of the witness alone. Before a cut: nothing deactivated, old and new both active',
    remedy:
      "In the vendor's console, give the successor the filter of the anchor that it replaces. Or look for another active anchor that lets the witness in. Until that is done, deactivate the successor in the scopes that the cause names. Then start a run with `--manual`: no sweep tries again what was taken back. If the anchor that is to be cut has no filter itself, and a renewal of it is given one now, take the witness out of `mustRefuse` until the anchor is cut",
  },
  unjudged: {
    leaves:
      'The anchor that the cause names stays active in that scope, beside its successor. Whatever else was to be cut there is cut',
    remedy:
      'The project that the cause names has not cut that anchor, which may be what keeps the witness out. See what halted there, or take the witness out of `mustRefuse`. The next run goes on',
  },
  misplaced: {
    leaves:
      "Overlap: nothing is cut in the client's configured project, since its probe proves nothing of that. What the client runs on stays active in the project of its key and in the organization. The client keeps its leaf, and everybody else is moved. If this was seen after a cut, the cut of that scope was undone, as far as the cause says",
    remedy:
      "The hosts say that the client's API key, or its token, is of another project than `clients[].project`. Correct `project` of that client and deploy, or put a key of the configured project into its secret. `windlass doctor` looks at every client. In an emergency `--leave-behind` goes on without that client",
  },
  stillTrusted: {
    leaves: 'The new anchor works, and the old one is deactivated. Only revocation is unproven',
    remedy: 'Look for another active anchor that the old leaf chains to. Every sweep confirms again',
  },
  leafChanged: {
    leaves: 'The client keeps what it runs on, and its scopes are not cut. Everybody else is moved',
    remedy:
      'Somebody changed the secret since the plan or the proof, maybe only its API key. Stage the leaf again beside the key that the client calls with',
  },
  clientOnRetiring: {
    leaves:
      'Nothing deactivated there, and what an earlier run had cut there put back. If it is the admin credential, nothing activated either',
    remedy:
      'Somebody moved the client that the cause names onto the anchor that is about to be cut, or that was cut and not confirmed. Stage a leaf of the successor for it. If it is the admin credential, do what the cause says',
  },
  retiringReactivated: {
    leaves:
      'The old anchor stays active there. If the cause names clients, nothing was deactivated in that scope. Else whatever else was to be cut there is cut',
    remedy:
      'Somebody activated again an anchor that had been cut. If the cause names clients, they have nothing else: stage a leaf of the successor for them. If it names none, nothing is to be done: the next run lets the anchor soak once more, and cuts it',
  },
  trustChanged: {
    leaves: 'Nothing deactivated there',
    remedy:
      "Somebody changed trust in the middle, or deactivated by hand what an emergency named. The cause says which. See the journal and the vendor's audit log",
  },
  reconfigured: {
    leaves: 'Nothing deactivated there',
    remedy:
      'A deployment changed the clients, the hosts, the evidence or the stated successions during the soak. The next run looks at all of them and goes on',
  },
  manifestChanged: {
    leaves: 'Overlap, or what it had finished. Nothing more is done by that list',
    remedy:
      "Somebody removed or changed a list of the run's manifest in S3, which only Plan writes. See the bucket's versions and who may write to it. A new run makes new lists",
  },
  clientListLost: {
    leaves: 'Nothing changed by it. What an emergency named is remembered',
    remedy:
      "The list of the clients, which a deployment puts into the CDK's bucket, is gone, altered, or refused to Plan's role. If it was altered, delete the object first, since a deployment leaves it alone. Deploy the stack again. Then look for a policy of the bucket or of its key that forbids it, and for who removed it",
  },
  outOfTime: {
    leaves: 'Overlap. Everybody else is moved, and cut when that has soaked',
    remedy:
      'Clients that do not answer have taken more than a day of the run, so it waited for no more of them, or began no more scopes. Mend what the causes name, such as keys that were revoked long ago, or raise `policy.concurrency`. Or somebody redrove a run hours after it had looked at a scope, whose clients may have moved meanwhile. The next run goes on with those that are left',
  },
  scopeLost: {
    leaves: 'What the journal says of that scope: overlap, or a cut that nobody has confirmed',
    remedy:
      'The execution of that scope was stopped, or ended without a word. See its history in Step Functions. The next run comes within minutes, and confirms the cut or takes it back',
  },
  listUnread: {
    leaves: 'Overlap, or what it had finished. No scope of that wave was begun',
    remedy:
      "Step Functions could not read a list of the run's manifest from S3. See whether the machine's role still may. The next run makes new lists",
  },
  stopped: {
    leaves: 'Overlap, or what it had finished. No scope is between its cut and its confirmation',
    remedy: 'A person stopped this run with `windlass stop`. The next run goes on where it ended',
  },
  held: {
    leaves: 'Nothing changed in that scope',
    remedy: 'Somebody put the anchor on hold during the rotation. The next run leaves it alone',
  },
  compromised: {
    leaves: 'From then on nothing was activated, moved or cut in favour of that anchor in that scope',
    remedy: 'An emergency has named it, or its key, during the rotation. The next run chooses another',
  },
  retracted: {
    leaves:
      'That anchor stays active in that scope, beside its successor. Whatever else was to be cut there is cut. A scope that began later, and where nothing else was to be cut, has changed nothing. Neither has a run that had no plan yet',
    remedy:
      "Somebody has taken back with `windlass compromised --retract` that the anchor is compromised, while a run was about to cut it. The journal says who, and why. The next run goes by the anchor's expiry, and soaks. Within minutes it cuts what else was named",
  },
  refused: {
    leaves: 'Nothing changed by this step',
    remedy: "The API's own words are in the cause: a quota, or a certificate that it does not accept",
  },
  cutOff: {
    leaves: 'Overlap. After a cut, what the undo says in the cause',
    remedy:
      'A function was cut off or could not run, three times or more. Its log group has the reason. The next run goes on, after an emergency within minutes',
  },
  functionFailed: {
    leaves:
      'Overlap, or nothing changed. After a cut, what the cause says of the undo, or a cut that the next run confirms or takes back',
    remedy:
      'A function could not be loaded, or ended before its time. The cause and its log group say why. If its code cannot be loaded, deploy the stack again. The next run goes on',
  },
  unnamed: {
    leaves: 'What the error leaves that has lost its name',
    remedy:
      'An emulator of AWS has this name for every error of a step, and the machine goes by names. The cause has the words of the error. The log group of the function has its name before them: look that up. *no longer has the lease* is `Superseded`: an emergency took over, which on AWS ends green, and there is nothing to do. On AWS itself read it as any other `Runtime.*`',
  },
  machineFailed: {
    leaves:
      'Overlap, or nothing changed. After a cut, what the cause says of the undo, or a cut that the next run confirms or takes back',
    remedy:
      "Step Functions ended the execution itself. Its history says at which state, and why. If the machine's role lacks a permission, deploy the stack again. Anything else is a fault of Windlass. The next run goes on",
  },
  superseded: {
    leaves: 'Overlap, or what it had finished',
    remedy:
      'Nothing to do. Another run took over and goes on: an emergency, a run that cuts what an emergency had left, or one that rotates what would have expired in the soak of this one. The next run takes up the soak where it was. (The execution ends green, in the state `Superseded`.)',
  },
  busy: {
    leaves: 'Nothing changed',
    remedy:
      'Another rotation has the lease, perhaps for the days of its soak: `windlass follow` shows it. (1) The cause says *Do not wait*: what it names expires before that. `windlass stop` the other and start yours, which takes up that soak where it was. (2) You came for a compromised anchor: it is still blocked, it is being cut, or nobody could look. `windlass status` says which, and a look follows within minutes. (3) You started an emergency while another one was at work: what yours named is remembered. A run follows that one within minutes, or after an hour if that one is stopped. (4) Else nothing waits for you. Start a manual run again when the other has ended. What is ready and would expire meanwhile takes over by itself. (A sweep that meets another rotation ends green, in the state `Busy`.)',
  },
} as const satisfies Record<string, Situation>;
