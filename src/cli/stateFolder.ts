import * as os from 'node:os';
import * as path from 'node:path';

/** Where the state of a user's programs is kept. */
export function stateFolder(): string {
  const { XDG_STATE_HOME: state, LOCALAPPDATA: local } = process.env;
  if (process.platform === 'win32')
    return path.join(local || path.join(os.homedir(), 'AppData', 'Local'), 'seaworthy');
  if (process.platform === 'darwin')
    return path.join(os.homedir(), 'Library', 'Application Support', 'seaworthy');
  return path.join(state || path.join(os.homedir(), '.local', 'state'), 'seaworthy');
}
