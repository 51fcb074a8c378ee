/** The sockets and pipes that Docker, Podman and their desktop programs are known to make, most usual first. */
export function defaultSockets(environment: {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  platform: NodeJS.Platform;
  uid: number | undefined;
}): string[] {
  const { home, platform, uid } = environment;
  if (platform === 'win32') {
    return ['docker_engine', 'dockerDesktopLinuxEngine', 'podman-machine-default'].map(
      (name) => `//./pipe/${name}`,
    );
  }
  const runtime = environment.env['XDG_RUNTIME_DIR'] || (uid === undefined ? undefined : `/run/user/${uid}`);
  return [
    '/var/run/docker.sock',
    `${home}/.docker/run/docker.sock`,
    `${home}/.docker/desktop/docker.sock`,
    ...(runtime ? [`${runtime}/docker.sock`] : []),
    `${home}/.colima/default/docker.sock`,
    `${home}/.orbstack/run/docker.sock`,
    `${home}/.rd/docker.sock`,
    ...(runtime ? [`${runtime}/podman/podman.sock`] : []),
    '/run/podman/podman.sock',
    `${home}/.local/share/containers/podman/machine/podman.sock`,
  ];
}
