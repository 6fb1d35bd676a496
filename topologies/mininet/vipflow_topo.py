"""vipflow's labs for Mininet's own command, with its web servers running and checksums that every datapath forwards:

    sudo mn --custom topologies/mininet/vipflow_topo.py --topo vipflow --controller remote \\
            --switch ovs,protocols=OpenFlow13[,datapath=user]

`--topo vipflow,linear` takes another lab of labs.json. In the CLI `h4 curl 10.0.0.100` asks the virtual IP;
`--test vipflow` asks every server and every TCP service once from each client, and ends.
"""

import json
import os
import sys

# mn executes this text without a __file__ and outside its folder.
_FOLDER = os.path.dirname(os.path.abspath(sys._getframe().f_code.co_filename))
sys.path.insert(0, _FOLDER)
sys.dont_write_bytecode = True  # root's files do not belong in a clone

from network import LabTopo  # noqa: E402


def _lab(name):
    with open(os.path.join(_FOLDER, 'labs.json'), encoding='utf-8') as file:
        labs = json.load(file)
    if name not in labs:
        raise SystemExit('There is no lab %s: use one of %s.' % (name, ', '.join(labs)))
    return labs[name]


class VipflowTopo(LabTopo):
    """A lab of labs.json, its servers serving from the start."""

    def build(self, lab='single', serve=True):
        super().build(_lab(lab), serve=serve)
        self.lab = _lab(lab)


def _ask(net):
    lab = net.topo.lab
    urls = ['http://%s:%d/' % (host['ip'], host['http']) for host in lab['hosts'] if 'http' in host]
    urls += ['http://%s:%d/' % (service['vip'], service['port']) for service in lab['services'] if service['protocol'] == 'tcp']
    client = [os.environ.get('VIPFLOW_PYTHON', '/usr/bin/python3'), os.path.join(_FOLDER, 'client.py')]
    for host in lab['hosts']:
        if host['role'] == 'client':
            for url in urls:
                out, err, _ = net[host['name']].pexec([*client, url, '--timeout', '3'])
                print(host['name'], url, (out or err).strip())


topos = {'vipflow': VipflowTopo}
tests = {'vipflow': _ask}
