import type { ServerInfo } from './api.ts';
import { elementById } from './elements.ts';

export interface FootView {
  drawServer(info: ServerInfo): void;
  readonly drawReplica: (name: string) => void;
}

/** Which version answered, which replica, and where its metrics are. */
export function createFootView(): FootView {
  const version = elementById('version');
  const replica = elementById('replica');
  const replicaName = elementById('replica-name');
  const metrics = elementById<HTMLAnchorElement>('metrics-link');

  return {
    drawServer(info) {
      version.textContent = `version ${info.version}`;
      metrics.hidden = info.metrics === undefined;
      if (info.metrics !== undefined) metrics.href = info.metrics;
    },
    drawReplica(name) {
      replicaName.textContent = name;
      replica.style.setProperty('--replica-hue', String(hueOf(name)));
      replica.hidden = false;
    },
  };
}

/** A colour per replica, so that a change catches the eye: FNV-1a of the name, as degrees of the colour circle. */
export function hueOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % 360;
}
