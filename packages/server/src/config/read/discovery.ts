import { isValidLabelName } from '@hearth/model';
import { DEFAULTS } from '../defaults.ts';
import type {
  DiscoveryConfig,
  DnsDiscoveryConfig,
  DnsRecordType,
  DockerSwarmDiscoveryConfig,
  DockerSwarmFilter,
  FileDiscoveryConfig,
  HttpDiscoveryConfig,
  StaticTargets,
} from '../types.ts';
import { NOT_SUPPORTED_DISCOVERY } from '../unsupported.ts';
import { readList, readRecord, readSections, readTexts } from '../yaml/collections.ts';
import { type Fields, readFields } from '../yaml/fields.ts';
import type { Place, Reader } from '../yaml/place.ts';
import { readChoice, readCount, readDuration, readPath, readText, readUrl } from '../yaml/scalars.ts';
import { readHttpClient } from './http-client.ts';

const FILE_PATTERN = /^[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)$/;
const RECORD_TYPES: readonly DnsRecordType[] = ['SRV', 'A', 'AAAA', 'MX', 'NS'];
const MAX_PORT = 65_535;

const readRole = readChoice<DockerSwarmDiscoveryConfig['role']>(['services', 'tasks', 'nodes']);

/** Where targets come from, in the order in which Prometheus keeps them: static ones last and as one. */
export function readDiscovery(
  fields: Fields,
  { checksAddresses }: { readonly checksAddresses: boolean },
): DiscoveryConfig[] {
  fields.refuse(NOT_SUPPORTED_DISCOVERY);
  const readAll = <T>(name: string, reader: Reader<T>) => fields.read(name, readSections(name, reader)) ?? [];
  const readTargets = checksAddresses ? readList(readAddress) : readTexts;
  const groups = readAll('static_configs', (place) => readStaticTargets(place, readTargets));
  return [
    ...readAll('dns_sd_configs', readDns),
    ...readAll('dockerswarm_sd_configs', readDockerSwarm),
    ...readAll('file_sd_configs', readFile),
    ...readAll('http_sd_configs', readHttp),
    ...(groups.length > 0 ? [{ kind: 'static' as const, groups }] : []),
  ];
}

function readStaticTargets(place: Place, readTargets: Reader<readonly string[]>): StaticTargets | undefined {
  return readFields(place, (fields) => ({
    targets: fields.read('targets', readTargets) ?? [],
    labels: fields.read('labels', readRecord(readText, checkLabelName)) ?? {},
  }));
}

function checkLabelName(name: string, key: Place): void {
  if (!isValidLabelName(name, 'utf8')) key.report(`"${name}" is not a valid label name`);
}

function readAddress(place: Place): string | undefined {
  const address = readText(place);
  if (address?.includes('/')) {
    const host = /^(?:[a-z]+:\/\/)?([^/]+)/i.exec(address)?.[1];
    const suggestion =
      host === undefined ? undefined : `write "${host}", and the rest as scheme and metrics_path of the job`;
    place.report(`"${address}" is not a valid hostname`, { ...(suggestion && { suggestion }) });
  }
  return address;
}

function readInterval(fields: Fields, fallbackMs: number): number {
  return fields.read('refresh_interval', readDuration) || fallbackMs;
}

function readFile(place: Place): FileDiscoveryConfig | undefined {
  return readFields(place, (fields) => {
    const files = fields.read('files', readList(readFilePattern)) ?? [];
    if (files.length === 0)
      fields.placeOf('files').report('file_sd_configs needs at least one of files', { code: 'missing' });
    return { kind: 'file', files, refreshIntervalMs: readInterval(fields, DEFAULTS.fileRefreshIntervalMs) };
  });
}

function readFilePattern(place: Place): string | undefined {
  const text = readText(place);
  if (text === undefined) return undefined;
  if (FILE_PATTERN.test(text)) return readPath(place);
  place.report(`"${text}" is not a path for file discovery`, {
    suggestion: 'it ends in .json, .yml or .yaml, and has at most one *, in its last part',
  });
  return text;
}

function readDns(place: Place): DnsDiscoveryConfig | undefined {
  return readFields(place, (fields) => {
    const names = fields.read('names', readTexts) ?? [];
    if (names.length === 0)
      fields.placeOf('names').report('dns_sd_configs needs at least one of names', { code: 'missing' });
    const type = fields.read('type', readRecordType) ?? 'SRV';
    const port = fields.read('port', readPort) ?? 0;
    if (type !== 'SRV' && port === 0) {
      const suggestion = 'add port: with the port that the targets listen on';
      fields.placeOf('type').report(`records of type ${type} carry no port`, { code: 'missing', suggestion });
    }
    return { kind: 'dns', names, type, port, refreshIntervalMs: readInterval(fields, DEFAULTS.dnsRefreshIntervalMs) };
  });
}

function readRecordType(place: Place): DnsRecordType | undefined {
  const text = readText(place);
  const type = RECORD_TYPES.find((each) => each === text?.toUpperCase());
  if (text !== undefined && type === undefined) {
    place.report(`"${text}" is not a type of DNS records`, { suggestion: `it is one of ${RECORD_TYPES.join(', ')}` });
  }
  return type;
}

function readPort(place: Place): number | undefined {
  const port = readCount(place);
  if (port !== undefined && port > MAX_PORT) place.report(`${port} is not a port`);
  return port;
}

function readHttp(place: Place): HttpDiscoveryConfig | undefined {
  return readFields(place, (fields) => {
    const url = fields.read('url', readUrl);
    if (!fields.has('url')) place.report('http_sd_configs needs a url', { code: 'missing' });
    if (url && !/^https?:\/\/[^/?#]/i.test(url.reveal())) {
      fields.placeOf('url').report('the url must start with http:// or https:// and name a host');
    }
    const httpClient = readHttpClient(fields);
    const refreshIntervalMs = readInterval(fields, DEFAULTS.httpRefreshIntervalMs);
    return url && { kind: 'http', url, httpClient, refreshIntervalMs };
  });
}

function readDockerSwarm(place: Place): DockerSwarmDiscoveryConfig | undefined {
  return readFields(place, (fields) => {
    const host = fields.read('host', readText) ?? '';
    if (host === '') place.report('dockerswarm_sd_configs needs a host', { code: 'missing' });
    else if (!/^(?:unix|tcp|https?):\/\/./.test(host)) {
      const suggestion = 'write it like unix:///var/run/docker.sock or tcp://127.0.0.1:2375';
      fields.placeOf('host').report(`"${host}" is not an address of Docker`, { suggestion });
    }
    const role = fields.read('role', readRole);
    if (!fields.has('role'))
      place.report('dockerswarm_sd_configs needs a role', {
        code: 'missing',
        suggestion: 'it is one of services, tasks, nodes',
      });
    const port = fields.read('port', readPort) ?? DEFAULTS.dockerSwarmPort;
    const filters = fields.read('filters', readList(readFilter)) ?? [];
    const httpClient = readHttpClient(fields);
    const refreshIntervalMs = readInterval(fields, DEFAULTS.dockerSwarmRefreshIntervalMs);
    return role && { kind: 'dockerswarm', host, role, port, filters, httpClient, refreshIntervalMs };
  });
}

function readFilter(place: Place): DockerSwarmFilter | undefined {
  return readFields(place, (fields) => ({
    name: fields.read('name', readText) ?? '',
    values: fields.read('values', readTexts) ?? [],
  }));
}
