/** A test of a file, or a suite of them, as its text shows it. Lines are 1-based and inclusive. */
export interface TestOutline {
  /** Its own name, without those of the suites around it. */
  name: string;
  isSuite: boolean;
  /** Its name has places that are filled in when it is run, as with `test.each`. */
  isTemplate: boolean;
  startLine: number;
  endLine: number;
  /** Tests within it. */
  children: TestOutline[];
}
