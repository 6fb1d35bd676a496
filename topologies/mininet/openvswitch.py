"""What a lab asks of Open vSwitch, the machine's or a private one: OVS_RUNDIR says which."""

import os
import socket
import subprocess
import time


class Fatal(Exception):
    """There will be no lab; the code is one of the driver's."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def vsctl(*args):
    """Runs ovs-vsctl; returns its output, raises CalledProcessError."""
    command = ['ovs-vsctl', '--timeout=10', *args]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def wait_for_database():
    """The private ovsdb-server starts while Mininet is imported; when it cannot, sandbox.py ends us all."""
    until = time.monotonic() + 15
    while not listens(os.path.join(os.environ['OVS_RUNDIR'], 'db.sock')) and time.monotonic() < until:
        time.sleep(0.002)


def listens(path):
    """Whether a unix socket takes calls; it has a name a moment before it does."""
    with socket.socket(socket.AF_UNIX) as caller:
        try:
            caller.connect(path)
            return True
        except OSError:
            return False


def probe_datapath():
    """'kernel' when a kernel datapath can really be made here, else 'user'."""
    made = subprocess.run(['ovs-dpctl', 'add-dp', 'vfprobe'], capture_output=True, check=False).returncode == 0
    if made:
        subprocess.run(['ovs-dpctl', 'del-dp', 'vfprobe'], capture_output=True, check=False)
        return 'kernel'
    try:
        os.close(os.open('/dev/net/tun', os.O_RDWR))
    except FileNotFoundError as error:
        raise Fatal('NO_ROOT', 'The switch needs /dev/net/tun, which does not exist: run `modprobe tun`, or start the container with '
                    '`--device /dev/net/tun`.') from error
    except OSError as error:
        raise Fatal('NO_ROOT', 'The switch needs /dev/net/tun, which cannot be opened (%s): run as root, or `chmod 0666 /dev/net/tun`.'
                    % error.strerror) from error
    return 'user'
