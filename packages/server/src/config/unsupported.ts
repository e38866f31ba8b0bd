/** Why something of Prometheus is refused, and the nearest thing that works. */
export interface Refusal {
  readonly reason: string;
  readonly instead: string;
}

type Refusals = Readonly<Record<string, Refusal>>;

/** What comes with the rules and with remote write. To support one of these is to take it out of here. */
export const NOT_YET = {
  rule_files: {
    reason: 'rules are not evaluated yet',
    instead: 'leave it out for now; hearth check rules and hearth test rules read such files',
  },
  alertmanagers: {
    reason: 'alerts are not sent yet',
    instead: 'leave alertmanagers without targets',
  },
  alert_relabel_configs: {
    reason: 'alerts are not sent yet',
    instead: 'leave it out',
  },
  remote_write: {
    reason: 'samples are not sent to other storage yet',
    instead: 'let the other side read: /federate and /api/v1/read are served',
  },
} satisfies Refusals;

export const NOT_SUPPORTED_AT_THE_TOP: Refusals = {
  remote_read: {
    reason: 'queries read the local storage only',
    instead: 'remote read is served at /api/v1/read, for others to read from here',
  },
  tracing: { reason: 'no traces are written', instead: 'the log and /metrics tell what the program does' },
  otlp: { reason: 'nothing is received by OTLP', instead: 'expose metrics as text, and list them in scrape_configs' },
};

export const NOT_SUPPORTED_IN_HTTP_CLIENTS: Refusals = {
  oauth2: { reason: 'no tokens are fetched', instead: 'use authorization with credentials_file, or basic_auth' },
  proxy_connect_header: {
    reason: 'proxies are sent no headers of your own',
    instead: 'put user and password into proxy_url',
  },
};

const NO_SECRET_MANAGER = 'there is no secret manager';

export const NOT_SUPPORTED_IN_BASIC_AUTH: Refusals = {
  username_ref: { reason: NO_SECRET_MANAGER, instead: 'use username or username_file' },
  password_ref: { reason: NO_SECRET_MANAGER, instead: 'use password_file' },
};

export const NOT_SUPPORTED_IN_AUTHORIZATION: Refusals = {
  credentials_ref: { reason: NO_SECRET_MANAGER, instead: 'use credentials_file' },
};

export const NOT_SUPPORTED_IN_TLS: Refusals = {
  ca_ref: { reason: NO_SECRET_MANAGER, instead: 'use ca_file' },
  cert_ref: { reason: NO_SECRET_MANAGER, instead: 'use cert_file' },
  key_ref: { reason: NO_SECRET_MANAGER, instead: 'use key_file' },
};

/** With the values that ask for something; others change nothing and are let through. */
export const NOT_SUPPORTED_VALUES = {
  query_log_file: { reason: 'queries are not logged to a file', instead: 'leave it out' },
  scrape_failure_log_file: {
    reason: 'failed scrapes are not logged to a file',
    instead: 'leave it out; /api/v1/targets tells the last error of each target',
  },
  convert_classic_histograms_to_nhcb: {
    reason: 'native histograms are not stored',
    instead: 'leave it out; classic histograms are stored as they are',
  },
  out_of_order_time_window: {
    reason: 'samples are stored in the order of their time only',
    instead: 'leave it out, or write 0s',
  },
  stale_series_compaction_threshold: { reason: 'stale series leave with their time', instead: 'leave it out' },
  percentage: { reason: 'the size of the disk is not asked for', instead: 'use size, such as 10GB' },
  floats: { reason: 'chunks are written as XOR', instead: 'write xor, or leave it out' },
  proxy_url: {
    reason: 'only HTTP proxies are used',
    instead: 'use a proxy with a URL that starts with http:// or https://',
  },
  protobuf_message: { reason: 'remote write speaks version 1 only', instead: 'write prometheus.WriteRequest' },
} satisfies Refusals;

const USE_LISTS: Refusal = {
  reason: 'there is no such discovery',
  instead: 'write its targets to a file for file_sd_configs, or serve them to http_sd_configs',
};

const USE_SWARM: Refusal = {
  reason: 'there is no discovery of single containers',
  instead: 'use dockerswarm_sd_configs, or dns_sd_configs with the name of the service',
};

const OTHER_DISCOVERY = `aws azure consul digitalocean ec2 ecs elasticache eureka gce hetzner ionos kubernetes kuma
  lightsail linode marathon msk nerve nomad oci openstack outscale ovhcloud puppetdb rds scaleway serverset stackit
  triton uyuni vultr`.split(/\s+/);

export const NOT_SUPPORTED_DISCOVERY: Refusals = {
  ...Object.fromEntries(OTHER_DISCOVERY.map((name) => [`${name}_sd_configs`, USE_LISTS])),
  docker_sd_configs: USE_SWARM,
};
