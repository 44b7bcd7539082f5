import type { Verdict } from '../domain/verdict.ts';

/** What a probe presents: always an API key, and a client certificate unless it is the control (I8). */
export type Presented = { apiKey: string; certificateChain?: string; privateKey?: string };

/**
 * One real call to an mTLS base URL (such as `https://mtls.api.openai.com/v1`) over a new TLS session: no pooling,
 * no resumption (I8). Never throws for anything the network or the host does: that is an inconclusive verdict (I9).
 */
export type Probe = (host: string, presented: Presented) => Promise<Verdict>;
