import { execFileSync } from 'node:child_process';

/** Makes a folder a repository with one commit of all that is in it. Gives what runs git there and returns what it prints. */
export function repository(folder: string): (...words: string[]) => string {
  const git = (...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.invalid', ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  return git;
}
