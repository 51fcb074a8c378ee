/** For `ssh`: it never asks anything, and notices a dead connection after about 20 s. */
export const SSH_WORDS = [
  ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=15'],
  ...['-o', 'ServerAliveInterval=5', '-o', 'ServerAliveCountMax=4'],
] as const;
