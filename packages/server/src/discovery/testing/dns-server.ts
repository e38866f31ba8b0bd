import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { type Answer, decode, encode, RECURSION_DESIRED } from 'dns-packet';
import { onTestFinished } from 'vitest';

/** RCODEs of RFC 1035, section 4.1.1. */
const SERVER_FAILURE = 2;
const NAME_ERROR = 3;

export interface TestDnsServer {
  /** For `Resolver.setServers`. */
  readonly address: string;
  /** The records by name and type, such as `a.test A`. A name without any does not exist. */
  readonly records: Map<string, readonly Answer[]>;
  isFailing: boolean;
  readonly questions: readonly string[];
}

/** A server on loopback that speaks DNS over UDP, and goes when the test ends. */
export async function startDnsServer(): Promise<TestDnsServer> {
  const socket = createSocket('udp4');
  const questions: string[] = [];
  const records = new Map<string, readonly Answer[]>();
  const scene = { address: '', records, isFailing: false, questions };
  socket.on('message', (message, { port, address }) => {
    const { id = 0, questions: asked = [] } = decode(message);
    const [question] = asked;
    const key = `${question?.name} ${question?.type}`;
    questions.push(key);
    const isKnown = [...records.keys()].some((known) => known.startsWith(`${question?.name} `));
    const code = scene.isFailing ? SERVER_FAILURE : isKnown ? 0 : NAME_ERROR;
    const answers = code === 0 ? [...(records.get(key) ?? [])] : [];
    socket.send(
      encode({ type: 'response', id, flags: RECURSION_DESIRED | code, questions: asked, answers }),
      port,
      address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void socket.close(resolve)));
  scene.address = `127.0.0.1:${(socket.address() as AddressInfo).port}`;
  return scene;
}
