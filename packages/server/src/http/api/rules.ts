import { formatFloat, type Matcher, quoteGo } from '@hearth/model';
import { badData, invalidParameter } from '../errors/http-errors.ts';
import { formatGoTime } from '../json/go-time.ts';
import { listPart, objectPart, valuePart } from '../json/json-part.ts';
import type { FormValues } from '../parameters/form-values.ts';
import { parseMatcherSets } from '../parameters/matchers.ts';
import type { AlertmanagersView } from '../views/alertmanagers-view.ts';
import type { AlertView, RuleGroupView, RulesView, RuleView } from '../views/rules-view.ts';
import { type ApiAnswer, type ApiCall, type ApiRoute, READ } from './route.ts';
import { parsePage, tokenOf } from './rule-pages.ts';

/** `/rules`, `/alerts` and `/alertmanagers`. */
export function ruleRoutes(rules: RulesView, alertmanagers: AlertmanagersView): readonly ApiRoute[] {
  return [
    { methods: READ, path: '/rules', answer: (call) => answerRules(rules, call) },
    { methods: READ, path: '/alerts', answer: () => answerAlerts(rules) },
    { methods: READ, path: '/alertmanagers', answer: () => answerAlertmanagers(alertmanagers) },
  ];
}

function answerAlertmanagers(alertmanagers: AlertmanagersView): ApiAnswer {
  const print = (urls: readonly string[]) => urls.map((url) => ({ url }));
  const activeAlertmanagers = print(alertmanagers.active());
  return { data: valuePart({ activeAlertmanagers, droppedAlertmanagers: print(alertmanagers.dropped()) }) };
}

function answerAlerts(rules: RulesView): ApiAnswer {
  const alerts = rules
    .groups()
    .flatMap((group) => group.rules)
    .flatMap((rule) => (rule.kind === 'alerting' ? rule.alerts : []));
  return { data: objectPart({ alerts: listPart(alerts, (writer, alert) => writer.value(printAlert(alert))) }) };
}

interface RuleFilter {
  readonly names: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  readonly kind: RuleView['kind'] | undefined;
  readonly matcherSets: readonly (readonly Matcher[])[];
}

function answerRules(rules: RulesView, { form, query }: ApiCall): ApiAnswer {
  if (form.problem !== undefined) throw badData(`error parsing form values: ${form.problem}`);
  const filter: RuleFilter = {
    names: new Set(form.all('rule_name[]')),
    groups: new Set(form.all('rule_group[]')),
    files: new Set(form.all('file[]')),
    matcherSets: parseMatcherSets(form.all('match[]')),
    kind: parseKind(query),
  };
  const withAlerts = !parseExcludeAlerts(query);
  const page = parsePage(query);

  const found = rules
    .groups()
    .filter(({ name, file }) => isAmong(filter.groups, name) && isAmong(filter.files, file))
    .map((group) => ({ group, rules: group.rules.filter((rule) => isWanted(rule, filter)) }))
    .filter((each) => each.rules.length > 0);
  const { items, next } = page(found, ({ group }) => group);
  return {
    data: objectPart({
      groups: listPart(items, (writer, each) => writer.value(printGroup(each.group, each.rules, withAlerts))),
      groupNextToken: next === undefined ? undefined : valuePart(tokenOf(next.group)),
    }),
  };
}

function isAmong(wanted: ReadonlySet<string>, name: string): boolean {
  return wanted.size === 0 || wanted.has(name);
}

function isWanted(rule: RuleView, { names, kind, matcherSets }: RuleFilter): boolean {
  if (!isAmong(names, rule.name) || (kind !== undefined && rule.kind !== kind)) return false;
  if (matcherSets.length === 0) return true;
  return matcherSets.some((matchers) => matchers.every((matcher) => matcher.matches(rule.labels.get(matcher.name))));
}

function parseKind(query: FormValues): RuleView['kind'] | undefined {
  const type = query.get('type').toLowerCase();
  switch (type) {
    case '':
      return undefined;
    case 'alert':
      return 'alerting';
    case 'record':
      return 'recording';
    default:
      throw invalidParameter('type', `not supported value ${quoteGo(type)}`);
  }
}

const BOOLEANS: Readonly<Record<string, boolean>> = { 1: true, t: true, true: true, 0: false, f: false, false: false };

function parseExcludeAlerts(query: FormValues): boolean {
  const text = query.get('exclude_alerts').toLowerCase();
  if (text === '') return false;
  if (Object.hasOwn(BOOLEANS, text)) return BOOLEANS[text];
  const reason = `error converting exclude_alerts: strconv.ParseBool: parsing ${quoteGo(text)}: invalid syntax`;
  throw invalidParameter('exclude_alerts', reason);
}

function printGroup(group: RuleGroupView, rules: readonly RuleView[], withAlerts: boolean): unknown {
  return {
    name: group.name,
    file: group.file,
    rules: rules.map((rule) => printRule(rule, withAlerts)),
    interval: group.intervalMs / 1000,
    limit: group.limit,
    evaluationTime: group.evaluationMs / 1000,
    lastEvaluation: formatGoTime(group.lastEvaluationMs),
  };
}

function printRule(rule: RuleView, withAlerts: boolean): unknown {
  const { name, query, labels, health, kind } = rule;
  const end = {
    health,
    lastError: rule.lastError === '' ? undefined : rule.lastError,
    evaluationTime: rule.evaluationMs / 1000,
    lastEvaluation: formatGoTime(rule.lastEvaluationMs),
    type: kind,
  };
  if (rule.kind === 'recording') return { name, query, labels, ...end };
  return {
    state: rule.state,
    name,
    query,
    duration: rule.holdMs / 1000,
    keepFiringFor: rule.keepFiringMs / 1000,
    labels,
    annotations: rule.annotations,
    alerts: withAlerts ? rule.alerts.map(printAlert) : null,
    ...end,
  };
}

function printAlert({ labels, annotations, state, activeAtMs, keepFiringSinceMs, value }: AlertView): unknown {
  return {
    labels,
    annotations,
    state,
    activeAt: formatGoTime(activeAtMs),
    keepFiringSince: keepFiringSinceMs === undefined ? undefined : formatGoTime(keepFiringSinceMs),
    value: formatFloat(value, 'e'),
  };
}
