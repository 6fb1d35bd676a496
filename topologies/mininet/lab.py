"""A lab's network on Mininet and Open vSwitch: built, its links changed, taken away."""

import socket
import subprocess
import sys
from functools import partial

from openvswitch import Fatal, probe_datapath, vsctl, wait_for_database

BACKOFF_MS = 1000
INACTIVITY_MS = 5000


class Lab:
    """A network as described; `start` builds it, `stop` is due even when that fails half-way."""

    def __init__(self, request):
        self.sandboxed = request['sandboxed']
        self.description = request['lab']
        self.controller = request['controller']
        self.owner = request.get('owner')
        self.saved = {}
        self.backoff = BACKOFF_MS
        self.untuned = []
        self.net = self.datapath = None

    def start(self):
        try:
            from mininet.net import Mininet
            from network import LabLink, LabSwitch, LabTopo
        except ImportError as error:
            raise Fatal('NO_MININET', 'Mininet is not installed for %s (%s): run `apt-get install mininet`.'
                        % (sys.executable, error)) from error
        if self.sandboxed:
            wait_for_database()
        else:
            self.refuse_taken_names()
        self.datapath = probe_datapath()
        # Mininet would raise limits of the whole machine (file-max, pty.max): a lab changes nothing outside itself.
        Mininet.inited = True
        owner = None if self.sandboxed else self.owner
        self.net = Mininet(
            topo=LabTopo(self.description),
            switch=partial(LabSwitch, owner=owner, datapath=self.datapath, protocols='OpenFlow13', failMode='secure'),
            link=partial(LabLink, owner=owner),
            controller=None,
            build=False,
        )
        self.net.start()
        command = []
        for switch in self.net.switches:
            command += ['--', 'set-controller', switch.name, self.controller, '--', 'set', 'controller', switch.name]
            command += ['max_backoff=%d' % BACKOFF_MS, 'inactivity_probe=%d' % INACTIVITY_MS]
        vsctl(*command)
        # In the sandbox every connection passes the driver, which tells; here we have to look.
        self.untuned = [] if self.sandboxed else [switch.name for switch in self.net.switches]

    def refuse_taken_names(self):
        """Mininet deletes a bridge or an interface of the same name without a word; this says so instead."""
        try:
            taken = set(vsctl('list-br').split())
        except subprocess.CalledProcessError as error:
            raise Fatal('NO_OPEN_VSWITCH', "The machine's Open vSwitch is not running (%s): run `service openvswitch-switch start`."
                        % error.stderr.strip()) from error
        except FileNotFoundError as error:
            raise Fatal('NO_OPEN_VSWITCH', 'Open vSwitch is not installed: run `apt-get install openvswitch-switch`.') from error
        taken |= {name for _, name in socket.if_nameindex()}
        names = {switch['name'] for switch in self.description['switches']}
        count = {}
        for link in self.description['links']:
            for end in link:
                if end in names:
                    count[end] = count.get(end, 0) + 1
        names |= {'%s-eth%d' % (name, n) for name, top in count.items() for n in range(1, top + 1)}
        clash = sorted(names & taken)
        if clash:
            raise Fatal('NAME_TAKEN', 'This machine already has %s: remove it, or leave out --system.' % ' and '.join(clash))

    def tune(self):
        """Open vSwitch before 3.3 takes these settings only when they change while the controller is connected."""
        self.backoff = BACKOFF_MS + 1 if self.backoff == BACKOFF_MS else BACKOFF_MS
        command = []
        for switch in self.net.switches:
            command += ['--', 'set', 'controller', switch.name, 'max_backoff=%d' % self.backoff, 'inactivity_probe=%d' % INACTIVITY_MS]
        vsctl(*command)

    def look_for_connections(self):
        """Tunes when a switch has become connected; the database tells up to five seconds late."""
        for name in list(self.untuned):
            if vsctl('get', 'controller', name, 'is_connected') == 'true':
                self.untuned.remove(name)
                self.tune()

    def nodes(self):
        result = {}
        for node in self.net.hosts + self.net.switches:
            interfaces = [
                {'name': interface.name, 'port': node.ports[interface], 'mac': interface.MAC(), 'peer': self.peer(interface)}
                for interface in node.intfList() if interface.name != 'lo'
            ]
            result[node.name] = {'pid': node.pid, 'intfs': interfaces}
            if node in self.net.hosts:
                result[node.name].update(ip=node.IP(), mac=node.MAC())
            else:
                result[node.name].update(dpid=node.dpid)
        return result

    @staticmethod
    def peer(interface):
        link = interface.link
        return (link.intf2 if link.intf1 is interface else link.intf1).name

    def link(self, one, other, state):
        """Both ends up or down; what the kernel forgets while an interface is down is put back."""
        for name in (one, other):
            if name not in self.net.nameToNode:
                raise ValueError('there is no node %s in this lab' % name)
        links = self.net.linksBetween(self.net[one], self.net[other])
        if not links:
            raise ValueError('there is no link between %s and %s in this lab' % (one, other))
        for link in links:
            for interface in (link.intf1, link.intf2):
                if state == 'down':
                    self.remember(interface)
                interface.ifconfig(state)
            if state == 'up':
                for interface in (link.intf1, link.intf2):
                    self.restore(interface)

    def remember(self, interface):
        if not interface.node.inNamespace or interface.name in self.saved:
            return
        show = interface.node.cmd
        routes = show('ip -4 route show dev', interface.name).splitlines()
        addresses = show('ip -6 -o addr show scope global dev', interface.name).splitlines()
        six = show('ip -6 route show dev', interface.name).splitlines()
        self.saved[interface.name] = (
            ['ip -6 addr replace %s dev %s nodad' % (line.split()[3], interface.name) for line in addresses]
            + ['ip -4 route replace %s dev %s' % (line, interface.name) for line in routes if 'proto kernel' not in line]
            + ['ip -6 route replace %s dev %s' % (line, interface.name) for line in six if 'proto kernel' not in line]
        )

    def restore(self, interface):
        for command in self.saved.pop(interface.name, []):
            interface.node.cmd(command)

    def stop(self):
        # In the sandbox the kernel takes everything away with the namespaces, at once; on the machine's switch we do it.
        if self.net and not self.sandboxed:
            self.net.stop()
