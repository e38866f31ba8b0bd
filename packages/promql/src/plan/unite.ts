import type { VectorPlan } from './plan.ts';
import type { Planning } from './planning.ts';

/**
 * Puts a node that unites equal series above a plan that drops names or labels, where it is needed. With delayed name removal
 * names are still there, and the query's end unites.
 */
export function uniteIfNeeded(
  { options }: Planning,
  plan: VectorPlan,
  isNeeded: boolean,
  { refusesEqualLabels = false }: { readonly refusesEqualLabels?: boolean } = {},
): VectorPlan {
  if (!isNeeded || options.delayedNameRemoval) return plan;
  return { kind: 'unite', grid: plan.grid, position: plan.position, child: plan, refusesEqualLabels };
}
