/** A workspace as claims are checked against it. */
export interface ClaimWorkspace {
  /** Every file that no ignore file names, with its size in bytes. */
  files: ReadonlyMap<string, number>;
}
