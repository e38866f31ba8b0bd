import { nameOf, type Rule, type RuleGroup } from './rule-group.ts';

/** What tells rules of a group's earlier state, and of other groups, apart: kind, name and labels. */
export function identityOf(rule: Rule): string {
  const labels =
    rule.kind === 'recording' ? rule.labels.key : JSON.stringify(rule.labels.map(({ name, text }) => [name, text]));
  return `${rule.kind}\0${nameOf(rule)}\0${labels}`;
}

/** Names of rules that write the same series as another one. */
export function findDuplicates(groups: readonly RuleGroup[]): readonly string[] {
  const seen = new Set<string>();
  const duplicates = new Set<string>();
  for (const rule of groups.flatMap((group) => group.rules)) {
    const identity = identityOf(rule);
    if (seen.has(identity)) duplicates.add(nameOf(rule));
    seen.add(identity);
  }
  return [...duplicates];
}
