"""Process 1 of a lab's own namespaces: starts what the lab needs, then the bridge, and ends when the bridge ends.

    unshare --pid --fork --kill-child --mount-proc [--net] sandbox.py [--run FOLDER] -- BRIDGE...

With --run it first starts a private ovsdb-server and ovs-vswitchd whose files are all in FOLDER, which it removes at its
end. Without it (the machine's Open vSwitch is used) it is only the process 1. Since every process of the lab lives in
this PID namespace, the kernel ends them all when this one ends, however it ends.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time

from openvswitch import listens

GRACE_SECONDS = 5
SCHEMAS = ('/usr/share/openvswitch', '/usr/local/share/openvswitch')


def fatal(code, message):
    """Tells the driver in the bridge's own protocol why there will be no lab."""
    os.write(1, (json.dumps({'ev': 'fatal', 'code': code, 'message': message}) + '\n').encode())
    sys.exit(1)


class OpenVSwitch:
    """A private ovsdb-server and ovs-vswitchd; the switch daemon is started again when it dies, as systemd would."""

    def __init__(self, run):
        self.run = run
        os.environ.update(OVS_RUNDIR=run, OVS_LOGDIR=run, OVS_DBDIR=run, OVS_SYSCONFDIR=run)
        self.socket = os.path.join(run, 'db.sock')
        self.restarts = 0
        self.database = self.daemon = None

    def start(self):
        schema = next((path for path in (os.path.join(s, 'vswitch.ovsschema') for s in SCHEMAS) if os.path.exists(path)), None)
        if schema is None:
            fatal('NO_OPEN_VSWITCH', 'Open vSwitch is not installed: run `apt-get install openvswitch-switch`.')
        try:
            base = os.path.join(self.run, 'conf.db')
            subprocess.run(['ovsdb-tool', 'create', base, schema], check=True)
            self.database = self.launch('ovsdb-server', base, '--remote=punix:' + self.socket)
            self.wait_for_database()
            subprocess.run(['ovs-vsctl', '--no-wait', 'init'], check=True)
            self.daemon = self.launch('ovs-vswitchd', 'unix:' + self.socket)
        except FileNotFoundError as error:
            fatal('NO_OPEN_VSWITCH', '%s is missing: run `apt-get install openvswitch-switch`.' % error.filename)
        except (subprocess.CalledProcessError, TimeoutError) as error:
            fatal('NO_OPEN_VSWITCH', 'the private Open vSwitch did not start: %s (its logs are in %s).' % (error, self.run))

    def launch(self, program, *args):
        log = '--log-file=' + os.path.join(self.run, program + '.log')
        return subprocess.Popen([program, *args, '-vconsole:off', '-vsyslog:off', '--pidfile', log], stdin=subprocess.DEVNULL)

    def wait_for_database(self):
        until = time.monotonic() + 10
        while not listens(self.socket):
            if self.database.poll() is not None or time.monotonic() > until:
                raise TimeoutError('ovsdb-server does not listen on ' + self.socket)
            time.sleep(0.002)

    def ended(self, pid):
        """Told that a child ended; answers whether the lab can go on."""
        if pid == self.database.pid:
            return False
        if pid == self.daemon.pid:
            self.restarts += 1
            if self.restarts > 20:
                return False
            print('ovs-vswitchd ended and is started again', file=sys.stderr, flush=True)
            self.daemon = self.launch('ovs-vswitchd', 'unix:' + self.socket)
        return True

    def stop(self):
        for process in (self.daemon, self.database):
            if process:
                process.kill()


def children():
    """Reaps every ended process (orphans of the lab are ours too); yields (pid, exit code)."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, os.waitstatus_to_exitcode(status)


def watch(bridge, switch, wake):
    """Returns the bridge's exit code once it ended; gives it a few seconds when the driver is gone or asks to end."""
    driver = sys.stdin.fileno()
    poller = select.poll()
    poller.register(wake, select.POLLIN)
    poller.register(driver, 0)  # only hang-ups: the bytes belong to the bridge
    deadline = None
    while True:
        for fd, _ in poller.poll(None if deadline is None else 100):
            if fd == driver:
                poller.unregister(driver)
                deadline = time.monotonic() + GRACE_SECONDS
            elif signal.SIGTERM in os.read(wake, 64):
                bridge.terminate()
                deadline = time.monotonic() + GRACE_SECONDS
        for pid, code in children():
            if pid == bridge.pid:
                return code
            if switch and not switch.ended(pid):
                print('the private Open vSwitch ended', file=sys.stderr, flush=True)
                return 1
        if deadline is not None and time.monotonic() > deadline:
            return 1


def main(argv):
    cut = argv.index('--')
    run = argv[argv.index('--run') + 1] if '--run' in argv[:cut] else None
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    switch = None
    code = 1
    try:
        if run:
            switch = OpenVSwitch(run)
        bridge = subprocess.Popen(argv[cut + 1:])  # it reads its libraries while the switch starts
        if run:
            subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=False)
            switch.start()
        code = watch(bridge, switch, wake)
    finally:
        if switch:
            switch.stop()
        if run:
            shutil.rmtree(run, ignore_errors=True)
    return code if code >= 0 else 128 - code


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
