"""A lab's description (see ../spec.ts) as a Mininet topology, with the host and switch classes that Open vSwitch needs."""

import os
import shlex
import subprocess

from mininet.link import Link
from mininet.node import Host, OVSSwitch
from mininet.topo import Topo
from mininet.util import macColonHex

FOLDER = os.path.dirname(os.path.abspath(__file__))


def program(host):
    """The command that serves a host's page, or None for a client."""
    if host['role'] != 'server':
        return None
    argv = [os.environ.get('VIPFLOW_PYTHON', '/usr/bin/python3'), '-u', os.path.join(FOLDER, 'web.py')]
    argv += ['--page', host.get('page', host['name'])]
    if 'http' in host:
        argv += ['--http', str(host['http'])]
    if 'udp' in host:
        argv += ['--udp', str(host['udp'])]
    return argv


class LabHost(Host):
    """A host whose checksums are right on every datapath, and which may run a program of its own."""

    def config(self, serve=None, **params):
        result = super().config(**params)
        # On the userspace datapath a checksum left to the "hardware" of a veth is never made: TCP would hang.
        for name in self.intfNames():
            self.cmd('ethtool', '-K', name, 'tx', 'off')
        if serve:
            self.cmd(' '.join(map(shlex.quote, serve)), '>/dev/null 2>&1 </dev/null &')
        return result


class LabSwitch(OVSSwitch):
    """An Open vSwitch bridge that carries its owner's name, so that a later run knows whose it is."""

    def __init__(self, name, owner=None, **params):
        super().__init__(name, **params)
        self.owner = owner

    def bridgeOpts(self):
        options = super().bridgeOpts()
        return options + (' external_ids:vipflow-lab=%s' % self.owner if self.owner else '')


class LabLink(Link):
    """A link that carries its owner's name where it may outlive a killed lab: between switches, outside of namespaces."""

    def __init__(self, node1, node2, owner=None, **params):
        super().__init__(node1, node2, **params)
        if owner and not node1.inNamespace and not node2.inNamespace:
            for interface in (self.intf1, self.intf2):
                subprocess.run(['ip', 'link', 'set', interface.name, 'alias', 'vipflow-lab ' + owner], check=False)


class LabTopo(Topo):
    """Switches, hosts and links of a description; h1 gets 00:00:00:00:00:01, as Mininet's --mac does."""

    def build(self, lab, serve=False):
        for switch in lab['switches']:
            options = {'dpid': switch['dpid']} if 'dpid' in switch else {}
            self.addSwitch(switch['name'], **options)
        for number, host in enumerate(lab['hosts'], 1):
            self.addHost(
                host['name'],
                cls=LabHost,
                ip='%s/%d' % (host['ip'], lab.get('prefixLength', 8)),
                mac=host.get('mac', macColonHex(number)),
                serve=program(host) if serve else None,
            )
        for one, other in lab['links']:
            self.addLink(one, other)
