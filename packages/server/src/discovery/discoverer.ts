import type { TargetGroup } from './target-group.ts';

/** Called with all groups that are there now, in place of those of the call before. The groups are not changed afterwards. */
export type OnGroups = (groups: readonly TargetGroup[]) => void;

/**
 * Finds targets: in the configuration, in files, by DNS, over HTTP, in a Docker Swarm.
 *
 * It begins with `start`, which is called once. `onGroups` is never called before `start` has returned, is called again only
 * when something has changed, and never after `stop` has been called. What cannot be found any more because looking for it
 * fails (a file that cannot be read, a server that does not answer) stays as it was, and is said to `onFailure`; what is
 * found to be gone goes. A discoverer whose first look fails gives no groups until one works.
 */
export interface Discoverer {
  start(onGroups: OnGroups): void;
  /** Resolves when nothing is under way any more. Twice is fine. */
  stop(): Promise<void>;
}

/** A look for targets that failed; those that were known stay. Must not throw. */
export type OnFailure = (failure: DiscoveryFailure) => void;

export interface DiscoveryFailure {
  /** Such as `file` or `dns`. */
  readonly kind: string;
  /** A sentence for people, which names what was looked at. It carries no secrets. */
  readonly message: string;
}
