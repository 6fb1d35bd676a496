"""The bridge between the TypeScript driver and Mininet: JSON lines on stdin and stdout.

    in   {"id": 1, "op": "start", "lab": {...}, "controller": "unix:..." | "tcp:...", "sandboxed": true, "owner": "..."}
         {"id": 2, "op": "link", "ends": ["h1", "s1"], "state": "up" | "down"}
         {"id": 3, "op": "stop"}
    out  {"id": 2, "rc": 0, "out": "", "err": ""}
         {"ev": "ready", "datapath": "kernel" | "user", "nodes": {"h1": {...}}}
         {"ev": "connected", "switch": "s1"}, {"ev": "stopped"}, {"ev": "fatal", "code": "...", "message": "..."}

It builds, changes links and stops; commands in hosts are run by the driver itself. The end of stdin means stop.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import traceback

# Whatever prints must not break the protocol: it gets the true stdout, everything else gets stderr.
PROTOCOL = os.dup(1)
os.dup2(2, 1)

CONNECTED_POLL_MS = 250
BACKOFF_MS = 1000
INACTIVITY_MS = 5000


class Fatal(Exception):
    """There will be no lab; the code is one of the driver's."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def send(message):
    data = (json.dumps(message) + '\n').encode()
    while data:
        data = data[os.write(PROTOCOL, data):]


def vsctl(*args):
    """Runs ovs-vsctl; returns its output, raises CalledProcessError."""
    command = ['ovs-vsctl', '--timeout=10', *args]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def wait_for_database():
    """The private ovsdb-server starts while Mininet is imported; when it cannot, sandbox.py ends us all."""
    socket_path = os.path.join(os.environ['OVS_RUNDIR'], 'db.sock')
    until = time.monotonic() + 15
    while not os.path.exists(socket_path) and time.monotonic() < until:
        time.sleep(0.002)


def probe_datapath():
    """'kernel' when a kernel datapath can really be made here, else 'user'."""
    made = subprocess.run(['ovs-dpctl', 'add-dp', 'vfprobe'], capture_output=True, check=False).returncode == 0
    if made:
        subprocess.run(['ovs-dpctl', 'del-dp', 'vfprobe'], capture_output=True, check=False)
        return 'kernel'
    try:
        os.close(os.open('/dev/net/tun', os.O_RDWR))
    except OSError as error:
        raise Fatal('NO_ROOT', 'The switch needs /dev/net/tun, which cannot be opened (%s): run as root, or `chmod 0666 /dev/net/tun`.'
                    % error.strerror) from error
    return 'user'


class Lab:
    """A running Mininet network."""

    def __init__(self, request):
        try:
            from mininet.net import Mininet
            from network import LabSwitch, LabTopo
        except ImportError as error:
            raise Fatal('NO_MININET', 'Mininet is not installed for %s (%s): run `apt-get install mininet`.'
                        % (sys.executable, error)) from error
        self.sandboxed = request['sandboxed']
        self.description = request['lab']
        self.controller = request['controller']
        self.owner = request.get('owner')
        self.saved = {}
        if self.sandboxed:
            wait_for_database()
        else:
            self.refuse_taken_names()
        self.datapath = probe_datapath()
        # Mininet would raise limits of the whole machine (file-max, pty.max): a lab changes nothing outside itself.
        Mininet.inited = True
        self.net = Mininet(
            topo=LabTopo(self.description),
            switch=lambda name, **params: LabSwitch(name, owner=self.owner, datapath=self.datapath, protocols='OpenFlow13',
                                                    failMode='secure', **params),
            controller=None,
        )

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

    def start(self):
        self.net.start()
        if not self.sandboxed:
            self.tag_links()
        command = []
        for switch in self.net.switches:
            command += ['--', 'set-controller', switch.name, self.controller, '--', 'set', 'controller', switch.name]
            command += ['max_backoff=%d' % BACKOFF_MS, 'inactivity_probe=%d' % INACTIVITY_MS]
        vsctl(*command)
        self.untuned = [switch.name for switch in self.net.switches]

    def tag_links(self):
        """Links between switches outlive a killed lab in the machine's own namespace: they carry their owner's name."""
        for link in self.net.links:
            if not (link.intf1.node.inNamespace or link.intf2.node.inNamespace):
                for interface in (link.intf1, link.intf2):
                    subprocess.run(['ip', 'link', 'set', interface.name, 'alias', 'vipflow-lab ' + self.owner], check=False)

    def tune(self):
        """Open vSwitch before 3.3 ignores these settings unless they change while the controller is connected."""
        for name in list(self.untuned):
            try:
                if vsctl('get', 'controller', name, 'is_connected') != 'true':
                    continue
                vsctl('set', 'controller', name, 'max_backoff=%d' % (BACKOFF_MS + 1), 'inactivity_probe=%d' % INACTIVITY_MS)
                vsctl('set', 'controller', name, 'max_backoff=%d' % BACKOFF_MS)
            except subprocess.CalledProcessError:
                self.untuned.remove(name)  # the user took the controller away
                continue
            self.untuned.remove(name)
            send({'ev': 'connected', 'switch': name})

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
        if not self.sandboxed:
            self.net.stop()


class Lines:
    """Requests from stdin; ends at end of input or when a signal asks for it."""

    def __init__(self):
        self.buffer = b''
        self.wake, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker)
        # Handlers do nothing: the byte in the pipe is the message. Ctrl-C is the driver's business.
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        self.poller = select.poll()
        self.poller.register(0, select.POLLIN)
        self.poller.register(self.wake, select.POLLIN)

    def next(self, timeout_ms=None):
        """A request, None after the timeout; raises EOFError."""
        while b'\n' not in self.buffer:
            ready = self.poller.poll(timeout_ms)
            if not ready:
                return None
            for fd, _ in ready:
                if fd == self.wake:
                    if set(os.read(self.wake, 64)) & {signal.SIGTERM, signal.SIGHUP}:
                        raise EOFError
                    continue
                data = os.read(0, 65536)
                if not data:
                    raise EOFError
                self.buffer += data
        line, self.buffer = self.buffer.split(b'\n', 1)
        return json.loads(line)


def serve(lab, lines):
    """Answers requests until stop; returns the id of the stop request."""
    while True:
        request = lines.next(CONNECTED_POLL_MS if lab.untuned else None)
        if request is None:
            lab.tune()
        elif request['op'] == 'stop':
            return request['id']
        else:
            try:
                if request['op'] != 'link':
                    raise ValueError('unknown operation ' + request['op'])
                lab.link(*request['ends'], request['state'])
                send({'id': request['id'], 'rc': 0, 'out': '', 'err': ''})
            except Exception as error:  # the lab goes on after a bad request
                send({'id': request['id'], 'rc': 1, 'out': '', 'err': str(error)})


def main():
    lines = Lines()
    lab = stop = None
    try:
        lab = Lab(lines.next())
        lab.start()
        send({'ev': 'ready', 'datapath': lab.datapath, 'nodes': lab.nodes()})
        stop = serve(lab, lines)
    except EOFError:
        pass
    except Fatal as error:
        send({'ev': 'fatal', 'code': error.code, 'message': str(error)})
        return 1
    except (Exception, SystemExit) as error:  # Mininet calls exit() when a program is missing
        traceback.print_exc()
        send({'ev': 'fatal', 'code': 'CRASHED', 'message': 'Mininet failed: %s' % error})
        return 1
    finally:
        if lab:
            lab.stop()
    try:
        if stop is not None:
            send({'id': stop, 'rc': 0, 'out': '', 'err': ''})
        send({'ev': 'stopped'})
    except OSError:
        pass  # the driver is gone
    return 0


if __name__ == '__main__':
    code = main()
    sys.stderr.flush()
    os._exit(code)  # Mininet's shells may be waited for at a normal exit
