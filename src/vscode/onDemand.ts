import type * as vscode from 'vscode';

/** What is loaded and made when it is first asked for, once for all who ask. */
export class OnDemand<T> implements vscode.Disposable {
  private made: Promise<T> | undefined;

  constructor(private readonly make: () => Promise<T>) {}

  get isMade(): boolean {
    return this.made !== undefined;
  }

  get(): Promise<T> {
    this.made ??= this.make().catch((error: unknown) => {
      // Whoever asks next may be luckier.
      this.made = undefined;
      throw error;
    });
    return this.made;
  }

  dispose(): void {
    this.made?.then(
      (made) => void (made as { dispose?: () => unknown }).dispose?.(),
      // Whoever asked was told.
      () => undefined,
    );
  }
}
