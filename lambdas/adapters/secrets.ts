/** A client's credential as one version of its secret holds it. */
export type ClientCredential = {
  apiKey: string;
  /** PEM: the leaf first, then its intermediates. */
  certificateChain: string;
  /** PEM. */
  privateKey: string;
  /** The secret version it was read from. */
  versionId: string;
};

export type Stage = 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS';

/** Client secrets and their version stages. Every method throws a WindlassError and nothing else. */
export interface Secrets {
  /** The version at a stage, or null when the secret has no version there. Never cached. */
  read(secret: string, stage: Stage): Promise<ClientCredential | null>;
  /** Makes the pending version current; the current one becomes `AWSPREVIOUS`. Safe to run twice. */
  promote(secret: string, versionId: string): Promise<void>;
}
