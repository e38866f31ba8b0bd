import { joinHostPort } from '../join-host-port.ts';
import {
  addressOf,
  endpointPortLabels,
  type MetaLabels,
  networkLabels,
  nodeAddress,
  nodeDetailLabels,
  nodeLabels,
  serviceDetailLabels,
  serviceLabels,
  taskLabels,
  taskPortLabels,
  tcpPorts,
} from './meta-labels.ts';
import { listAt, textAt } from './swarm-json.ts';

/** Lists as Docker answers them. */
export interface SwarmLists {
  readonly services: readonly unknown[];
  readonly tasks: readonly unknown[];
  readonly nodes: readonly unknown[];
  readonly networks: readonly unknown[];
}

/** Each virtual address of each service, with each of its published TCP ports, or `port` if it has none. */
export function servicesTargets(
  { services, networks }: Pick<SwarmLists, 'services' | 'networks'>,
  port: number,
): MetaLabels[] {
  const networksById = labelsById(networks, 'Id', networkLabels);
  return services.flatMap((service) => {
    const common = { ...serviceLabels(service), ...serviceDetailLabels(service) };
    return listAt(service, 'Endpoint', 'VirtualIPs').flatMap((virtual) => {
      const host = addressOf(textAt(virtual, 'Addr'));
      const network = networksById.get(textAt(virtual, 'NetworkID'));
      const ports = tcpPorts(service, 'Endpoint', 'Ports');
      if (ports.length === 0) return [{ ...common, ...network, __address__: joinHostPort(host, port) }];
      return ports.map((published) => ({
        ...endpointPortLabels(published),
        ...common,
        ...network,
        __address__: joinHostPort(host, textAt(published, 'PublishedPort') || '0'),
      }));
    });
  });
}

/**
 * Each port that a task publishes on its node; and each address of a task in a network, with each TCP port that its service
 * publishes, or `port` if there is none.
 */
export function tasksTargets({ services, tasks, nodes, networks }: SwarmLists, port: number): MetaLabels[] {
  const servicesById = labelsById(services, 'ID', serviceLabels);
  const nodesById = labelsById(nodes, 'ID', nodeLabels);
  const networksById = labelsById(networks, 'Id', networkLabels);
  const portsById = new Map(services.map((service) => [textAt(service, 'ID'), tcpPorts(service, 'Endpoint', 'Ports')]));
  const addressesById = new Map(nodes.map((node) => [textAt(node, 'ID'), nodeAddress(node)]));
  return tasks.flatMap((task) => {
    const serviceId = textAt(task, 'ServiceID');
    const nodeId = textAt(task, 'NodeID');
    const common = { ...taskLabels(task), ...servicesById.get(serviceId), ...nodesById.get(nodeId) };
    const onNode = tcpPorts(task, 'Status', 'PortStatus', 'Ports').map((published) => ({
      ...taskPortLabels(published),
      ...common,
      __address__: joinHostPort(addressesById.get(nodeId) ?? '', textAt(published, 'PublishedPort') || '0'),
    }));
    const inNetworks = listAt(task, 'NetworksAttachments').flatMap((attachment) => {
      const network = networksById.get(textAt(attachment, 'Network', 'ID'));
      const ports = portsById.get(serviceId) ?? [];
      return listAt(attachment, 'Addresses').flatMap((cidr): MetaLabels[] => {
        const host = addressOf(textAt(cidr));
        if (ports.length === 0) return [{ ...common, ...network, __address__: joinHostPort(host, port) }];
        return ports.map((published) => ({
          ...taskPortLabels(published),
          ...common,
          ...network,
          __address__: joinHostPort(host, textAt(published, 'PublishedPort') || '0'),
        }));
      });
    });
    return [...onNode, ...inNetworks];
  });
}

export function nodesTargets(nodes: readonly unknown[], port: number): MetaLabels[] {
  return nodes.map((node) => ({
    ...nodeLabels(node),
    ...nodeDetailLabels(node),
    __address__: joinHostPort(nodeAddress(node), port),
  }));
}

function labelsById(
  values: readonly unknown[],
  idKey: string,
  labelsOf: (value: unknown) => MetaLabels,
): ReadonlyMap<string, MetaLabels> {
  return new Map(values.map((value) => [textAt(value, idKey), labelsOf(value)]));
}
