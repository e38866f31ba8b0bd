// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Go's templates look like JavaScript's.
import { createHash } from 'node:crypto';
import { createAnchoredRegexp, isValidLabelName } from '@hearth/model';
import type { RelabelRule } from '../config/types.ts';
import { toGoLowerCase, toGoUpperCase } from './go-case.ts';
import type { LabelDraft } from './label-draft.ts';

/** Changes the draft. False: the labels are dropped. */
export type Step = (draft: LabelDraft) => boolean;

type Read = (draft: LabelDraft) => string;

export function createStep(rule: RelabelRule): Step {
  const { targetLabel } = rule;
  const read = createRead(rule);
  switch (rule.action) {
    case 'replace':
      return createReplace(rule, read);
    case 'keep': {
      const { matches } = createAnchoredRegexp(rule.regex);
      return (draft) => matches(read(draft));
    }
    case 'drop': {
      const { matches } = createAnchoredRegexp(rule.regex);
      return (draft) => !matches(read(draft));
    }
    case 'keepequal':
      return (draft) => draft.get(targetLabel) === read(draft);
    case 'dropequal':
      return (draft) => draft.get(targetLabel) !== read(draft);
    case 'hashmod':
      return always((draft) => draft.set(targetLabel, hashMod(read(draft), rule.modulus)));
    case 'lowercase':
      return always((draft) => draft.set(targetLabel, toGoLowerCase(read(draft))));
    case 'uppercase':
      return always((draft) => draft.set(targetLabel, toGoUpperCase(read(draft))));
    case 'labelmap':
      return createLabelMap(rule);
    case 'labeldrop':
      return createLabelFilter(rule, { drops: true });
    case 'labelkeep':
      return createLabelFilter(rule, { drops: false });
    default:
      rule.action satisfies never;
      throw new Error(`BUG: no such relabelling action: ${String(rule.action)}`);
  }
}

function always(change: (draft: LabelDraft) => void): Step {
  return (draft) => {
    change(draft);
    return true;
  };
}

/** What the rule looks at: the values of its source labels, joined. */
function createRead({ sourceLabels, separator }: RelabelRule): Read {
  if (sourceLabels.length === 0) return () => '';
  const [first] = sourceLabels;
  if (sourceLabels.length === 1) return (draft) => draft.get(first);
  return (draft) => {
    let joined = draft.get(first);
    for (let i = 1; i < sourceLabels.length; i++) joined += separator + draft.get(sourceLabels[i]);
    return joined;
  };
}

function createReplace({ regex, targetLabel, replacement, nameValidationScheme }: RelabelRule, read: Read): Step {
  const expandValue = createExpand(regex, replacement);
  if (!targetLabel.includes('$')) {
    return always((draft) => {
      const value = expandValue(read(draft));
      if (value !== undefined) draft.set(targetLabel, value);
    });
  }
  const expandTarget = createExpand(regex, targetLabel);
  return always((draft) => {
    const source = read(draft);
    const target = expandTarget(source);
    if (target === undefined || !isValidLabelName(target, nameValidationScheme)) return;
    draft.set(target, expandValue(source) ?? '');
  });
}

/**
 * The template with the groups of the match filled in, or `undefined` where the text does not match. What most rules
 * have, a plain text to put in or the whole text to take over, needs no look at groups.
 */
function createExpand(pattern: string, template: string): (text: string) => string | undefined {
  const regexp = createAnchoredRegexp(pattern);
  if (!template.includes('$')) return (text) => (regexp.matches(text) ? template : undefined);
  const isWhole = template === '$0' || template === '${0}';
  const isAllOfIt = pattern === '(.*)' && (template === '$1' || template === '${1}');
  if (isAllOfIt || (isWhole && pattern === '.*')) return (text) => text;
  if (isWhole) return (text) => (regexp.matches(text) ? text : undefined);
  return (text) => regexp.expand(text, template);
}

/** The low half of the MD5 sum, as Prometheus takes it, so that shards stay where they are. */
function hashMod(text: string, modulus: number): string {
  const sum = createHash('md5').update(text).digest();
  return (sum.readBigUInt64BE(8) % BigInt(modulus)).toString();
}

function createLabelMap({ regex, replacement }: RelabelRule): Step {
  const expand = createExpand(regex, replacement);
  return always((draft) => {
    draft.forEach((name, value) => {
      const mapped = expand(name);
      if (mapped !== undefined && mapped !== '') draft.set(mapped, value);
    });
  });
}

function createLabelFilter({ regex }: RelabelRule, { drops }: { readonly drops: boolean }): Step {
  const { matches } = createAnchoredRegexp(regex);
  return always((draft) => {
    draft.forEach((name) => {
      if (matches(name) === drops) draft.set(name, '');
    });
  });
}
