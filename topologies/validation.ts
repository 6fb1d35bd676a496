import { isIPv4 } from 'node:net';
import { LabError } from './lab-error.ts';
import type { LabHost, LabService, LabSpec } from './spec.ts';

/** Interface names (`{node}-eth{n}`) end at 15 characters in Linux. */
const NODE_NAME = /^[a-z][a-z0-9]{0,8}$/;
const DPID = /^[0-9a-f]{16}$/;
const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/;

/** Everything that is wrong with a description, one sentence each; empty when it is good. */
export function problemsOf(spec: LabSpec): string[] {
  const problems: string[] = [];
  const names = [...spec.switches, ...spec.hosts].map(node => node.name);
  for (const name of names)
    if (!NODE_NAME.test(name)) problems.push(`'${name}' is no name of a node: use a letter, then up to 8 letters or digits`);
  problems.push(...repeated(names).map(name => `two nodes are called ${name}`));
  problems.push(...repeated(spec.hosts.map(host => host.ip)).map(ip => `two hosts have the address ${ip}`));
  if (spec.switches.length === 0) problems.push('there is no switch');
  if (
    spec.prefixLength !== undefined &&
    !(Number.isInteger(spec.prefixLength) && spec.prefixLength >= 1 && spec.prefixLength <= 30)
  ) {
    problems.push(`prefixLength ${spec.prefixLength} is not between 1 and 30`);
  }
  problems.push(...ofSwitches(spec), ...spec.hosts.flatMap(ofHost), ...ofLinks(spec, new Set(names)));
  problems.push(...repeated(spec.services.map(service => service.name)).map(name => `two services are called ${name}`));
  problems.push(...spec.services.flatMap(service => ofService(service, spec)));
  return problems;
}

/** Throws LabError BAD_SPEC naming everything that is wrong. */
export function assertValid(spec: LabSpec): void {
  const problems = problemsOf(spec);
  if (problems.length > 0) throw new LabError('BAD_SPEC', `The lab '${spec.name}' is not valid: ${problems.join('; ')}.`);
}

function ofSwitches(spec: LabSpec): string[] {
  const problems: string[] = [];
  const dpids: string[] = [];
  for (const { name, dpid } of spec.switches) {
    if (dpid === undefined && !/\d/.test(name))
      problems.push(`${name} needs a dpid: there is no number in its name to make one of`);
    if (dpid !== undefined && !DPID.test(dpid)) problems.push(`the dpid '${dpid}' of ${name} is not 16 hexadecimal digits`);
    dpids.push(
      dpid ??
        BigInt(/\d+/.exec(name)?.[0] ?? 0)
          .toString(16)
          .padStart(16, '0'),
    );
  }
  return [...problems, ...repeated(dpids).map(dpid => `two switches have the dpid ${dpid}`)];
}

function ofHost(host: LabHost): string[] {
  const problems: string[] = [];
  if (!isIPv4(host.ip)) problems.push(`'${host.ip}' of ${host.name} is no IPv4 address`);
  if (host.mac !== undefined && !MAC.test(host.mac)) problems.push(`'${host.mac}' of ${host.name} is no MAC address`);
  for (const port of [host.http, host.udp]) {
    if (port !== undefined && !isPort(port)) problems.push(`${port} of ${host.name} is no port`);
    if (port !== undefined && host.role === 'client') problems.push(`${host.name} serves on port ${port} but is a client`);
  }
  return problems;
}

function ofLinks(spec: LabSpec, names: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  const hosts = new Set(spec.hosts.map(host => host.name));
  const ends = spec.links.flat();
  for (const [one, other] of spec.links) {
    if (one === other) problems.push(`${one} is linked to itself`);
    if (hosts.has(one) && hosts.has(other)) problems.push(`${one} is linked to ${other}, which is no switch`);
  }
  for (const name of new Set(ends)) if (!names.has(name)) problems.push(`a link goes to ${name}, which does not exist`);
  for (const name of hosts) {
    const count = ends.filter(end => end === name).length;
    if (count !== 1) problems.push(`${name} has ${count} links instead of one`);
  }
  const keys = spec.links.map(link => [...link].sort().join(' and '));
  return [...problems, ...repeated(keys).map(key => `${key} are linked twice`)];
}

function ofService(service: LabService, spec: LabSpec): string[] {
  const problems: string[] = [];
  if (!isIPv4(service.vip)) problems.push(`the vip '${service.vip}' of ${service.name} is no IPv4 address`);
  if (!isPort(service.port)) problems.push(`${service.port} of ${service.name} is no port`);
  const owner = spec.hosts.find(host => host.ip === service.vip);
  if (owner) problems.push(`the vip ${service.vip} of ${service.name} is the address of ${owner.name}`);
  if (service.servers.length === 0) problems.push(`${service.name} has no server`);
  for (const { name, ip, port } of service.servers) {
    const host = spec.hosts.find(candidate => candidate.ip === ip);
    const serves = service.protocol === 'tcp' ? host?.http : host?.udp;
    if (!host) problems.push(`${name} of ${service.name} has the address ${ip}, which no host has`);
    else if (serves !== port)
      problems.push(
        `${name} of ${service.name} should answer on ${service.protocol} port ${port}, which ${host.name} does not serve`,
      );
  }
  return problems;
}

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65536;

const repeated = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];
