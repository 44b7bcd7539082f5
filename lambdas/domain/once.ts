/** Computes a value when it is first asked for, and never again. */
export function once<T>(work: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    known ??= { value: work() };
    return known.value;
  };
}

/** Computes a value once for each object, for as long as the object is kept. */
export function oncePer<K extends object, T>(work: (about: K) => T): (about: K) => T {
  const known = new WeakMap<K, { value: T }>();
  return (about) => {
    const before = known.get(about);
    if (before) return before.value;
    const value = work(about);
    known.set(about, { value });
    return value;
  };
}

/** Computes a value once for each text. Past `most` texts it forgets all, so that memory does not grow. */
export function onceForText<T>(
  work: (text: string) => T,
  most = Number.POSITIVE_INFINITY,
): (text: string) => T {
  const known = new Map<string, { value: T }>();
  return (text) => {
    const before = known.get(text);
    if (before) return before.value;
    if (known.size >= most) known.clear();
    const value = work(text);
    known.set(text, { value });
    return value;
  };
}
