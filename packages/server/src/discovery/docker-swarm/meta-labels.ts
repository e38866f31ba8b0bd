import { isIP } from 'node:net';
import { hasAt, listAt, textAt, textsAt } from './swarm-json.ts';

/** Labels by name, not yet sorted. */
export type MetaLabels = Readonly<Record<string, string>>;

const PREFIX = '__meta_dockerswarm_';

/** Labels of Docker as labels of targets. */
function dockerLabels(prefix: string, labels: readonly (readonly [string, string])[]): MetaLabels {
  return Object.fromEntries(
    labels.map(([name, text]) => [`${PREFIX}${prefix}_label_${name.replace(/[^a-zA-Z0-9_]/g, '_')}`, text]),
  );
}

/** What both services and their tasks have. */
export function serviceLabels(service: unknown): MetaLabels {
  return {
    [`${PREFIX}service_id`]: textAt(service, 'ID'),
    [`${PREFIX}service_name`]: textAt(service, 'Spec', 'Name'),
    [`${PREFIX}service_mode`]: modeOf(service),
    ...dockerLabels('service', textsAt(service, 'Spec', 'Labels')),
  };
}

export function serviceDetailLabels(service: unknown): MetaLabels {
  const container = ['Spec', 'TaskTemplate', 'ContainerSpec'] as const;
  return {
    [`${PREFIX}service_task_container_hostname`]: textAt(service, ...container, 'Hostname'),
    [`${PREFIX}service_task_container_image`]: textAt(service, ...container, 'Image'),
    [`${PREFIX}service_updating_status`]: textAt(service, 'UpdateStatus', 'State'),
  };
}

export function endpointPortLabels(port: unknown): MetaLabels {
  return {
    [`${PREFIX}service_endpoint_port_name`]: textAt(port, 'Name'),
    [`${PREFIX}service_endpoint_port_publish_mode`]: textAt(port, 'PublishMode'),
  };
}

export function taskLabels(task: unknown): MetaLabels {
  return {
    [`${PREFIX}task_id`]: textAt(task, 'ID'),
    [`${PREFIX}task_desired_state`]: textAt(task, 'DesiredState'),
    [`${PREFIX}task_state`]: textAt(task, 'Status', 'State'),
    [`${PREFIX}task_slot`]: textAt(task, 'Slot') || '0',
    [`${PREFIX}task_container_id`]: textAt(task, 'Status', 'ContainerStatus', 'ContainerID'),
    ...dockerLabels('container', textsAt(task, 'Spec', 'ContainerSpec', 'Labels')),
  };
}

export function taskPortLabels(port: unknown): MetaLabels {
  return { [`${PREFIX}task_port_publish_mode`]: textAt(port, 'PublishMode') };
}

/** What both nodes and the tasks on them have. */
export function nodeLabels(node: unknown): MetaLabels {
  return {
    [`${PREFIX}node_id`]: textAt(node, 'ID'),
    [`${PREFIX}node_role`]: textAt(node, 'Spec', 'Role'),
    [`${PREFIX}node_address`]: nodeAddress(node),
    [`${PREFIX}node_availability`]: textAt(node, 'Spec', 'Availability'),
    [`${PREFIX}node_hostname`]: textAt(node, 'Description', 'Hostname'),
    [`${PREFIX}node_platform_architecture`]: textAt(node, 'Description', 'Platform', 'Architecture'),
    [`${PREFIX}node_platform_os`]: textAt(node, 'Description', 'Platform', 'OS'),
    [`${PREFIX}node_status`]: textAt(node, 'Status', 'State'),
    ...dockerLabels('node', textsAt(node, 'Spec', 'Labels')),
  };
}

export function nodeAddress(node: unknown): string {
  return textAt(node, 'Status', 'Addr');
}

export function nodeDetailLabels(node: unknown): MetaLabels {
  const engine = { [`${PREFIX}node_engine_version`]: textAt(node, 'Description', 'Engine', 'EngineVersion') };
  if (!hasAt(node, 'ManagerStatus')) return engine;
  return {
    ...engine,
    [`${PREFIX}node_manager_leader`]: textAt(node, 'ManagerStatus', 'Leader') || 'false',
    [`${PREFIX}node_manager_reachability`]: textAt(node, 'ManagerStatus', 'Reachability'),
    [`${PREFIX}node_manager_address`]: textAt(node, 'ManagerStatus', 'Addr'),
  };
}

export function networkLabels(network: unknown): MetaLabels {
  return {
    [`${PREFIX}network_id`]: textAt(network, 'Id'),
    [`${PREFIX}network_name`]: textAt(network, 'Name'),
    [`${PREFIX}network_scope`]: textAt(network, 'Scope'),
    [`${PREFIX}network_internal`]: textAt(network, 'Internal') || 'false',
    [`${PREFIX}network_ingress`]: textAt(network, 'Ingress') || 'false',
    ...dockerLabels('network', textsAt(network, 'Labels')),
  };
}

export function tcpPorts(value: unknown, ...path: readonly string[]): readonly unknown[] {
  return listAt(value, ...path).filter((port) => textAt(port, 'Protocol') === 'tcp');
}

/** The address of a network in CIDR notation, without its prefix. */
export function addressOf(cidr: string): string {
  const [address] = cidr.split('/');
  if (address === undefined || isIP(address) === 0) throw new Error(`${JSON.stringify(cidr)} is not an address`);
  return address;
}

function modeOf(service: unknown): string {
  if (hasAt(service, 'Spec', 'Mode', 'Global')) return 'global';
  return hasAt(service, 'Spec', 'Mode', 'Replicated') ? 'replicated' : '';
}
