type Planned = {
  successions: readonly { retiring: string }[];
  blocked: readonly unknown[];
  /** `false` when no client secret was read. */
  clientsChecked?: boolean;
};

/** A plan in one line, with a note about anchors that an emergency named and that are active nowhere. */
export function withActiveNowhere(summary: string, named: readonly string[], planned: Planned): string {
  const told = activeNowhere(named, planned);
  if (!told) return summary;
  return planned.successions.length > 0 ? `${summary}; ${told}` : told;
}

/**
 * The note about anchors that an emergency named and that are active in no scope; empty when there are none.
 * When something is blocked, a project may not have been listed, so nobody knows that an anchor is active
 * nowhere.
 */
function activeNowhere(named: readonly string[], { successions, blocked, clientsChecked }: Planned): string {
  const cut = new Set(successions.map(({ retiring }) => retiring));
  const idle = blocked.length > 0 ? [] : named.filter((id) => !cut.has(id));
  if (idle.length === 0) return '';
  const are = `${idle.join(', ')} ${idle.length === 1 ? 'is' : 'are'} active nowhere`;
  // A person may have deactivated the anchor by hand, and left its clients outside.
  const untold =
    clientsChecked === false
      ? '; no client secret was read, so that nobody knows whether a client still runs on it and is outside'
      : '';
  return cut.size > 0 ? `${are}, and had not to be cut${untold}` : `${are}: nothing has to be cut${untold}`;
}
