export interface DockerHost {
  readonly baseUrl: string;
  readonly socketPath?: string;
}

/** Where `host` leads: `unix:///var/run/docker.sock`, `tcp://127.0.0.1:2375`, `http://…` or `https://…`. */
export function dockerHost(host: string): DockerHost {
  if (host.startsWith('unix://')) return { baseUrl: 'http://docker', socketPath: host.slice('unix://'.length) };
  return { baseUrl: host.replace(/^tcp:/, 'http:').replace(/\/+$/, '') };
}
