import type { AddressInfo } from 'node:net';
import { VARIANTS } from './variants.ts';

/** A server under measurement, in a process of its own: started with the number of its variant, asked for its CPU time. */
const server = await VARIANTS[Number(process.argv[2])]!.start();
process.on('message', () => process.send!({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit(0));
process.send!({ port: (server.address() as AddressInfo).port });
