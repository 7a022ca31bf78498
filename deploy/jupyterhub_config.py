"""JupyterHub for a class: `jupyterhub -f deploy/jupyterhub_config.py`.

Two ways to run it, told apart by `CREDITKIT_HUB_TRIAL_PASSWORD`:

- Without it, for real use: accounts are those of the machine (PAM), each student's server runs as
  that student, and the operating system keeps one student from another's files. Run it as root.
- With it, to try it out on one machine: any name with that password may log in, from this machine
  only, and all servers run as whoever started the hub. The hub lets nobody into another's server;
  the code in a notebook, though, runs as the same user as everybody's. Not for a real class.

`CREDITKIT_HUB_DATA` is the folder of the hub's own files, by default `hub-data` here.
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821 - JupyterHub gives it to its configuration

here = Path(__file__).resolve().parent
data = Path(os.environ.get("CREDITKIT_HUB_DATA", "hub-data")).resolve()
data.mkdir(mode=0o700, parents=True, exist_ok=True)
data.chmod(0o700)
trial_password = os.environ.get("CREDITKIT_HUB_TRIAL_PASSWORD")

# What a restarted hub needs to know again: who is logged in, whose server runs where.
c.JupyterHub.db_url = f"sqlite:///{data / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(data / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(data / "proxy.pid")
# Students go on working while the hub is restarted.
c.JupyterHub.cleanup_servers = False

proxy = Path(sys.prefix) / "npm" / "node_modules" / ".bin" / "configurable-http-proxy"
if proxy.exists():
    c.ConfigurableHTTPProxy.command = [str(proxy)]

if trial_password:
    from jupyterhub.spawner import SimpleLocalProcessSpawner

    class OwnFolder(SimpleLocalProcessSpawner):
        """A home for each student below the hub's data, made before anything is put into it."""

        def make_preexec_fn(self, name):
            Path(self.home_dir).mkdir(mode=0o700, parents=True, exist_ok=True)
            return super().make_preexec_fn(name)

    c.JupyterHub.bind_url = "http://127.0.0.1:8000"
    c.JupyterHub.authenticator_class = "dummy"
    c.DummyAuthenticator.password = trial_password
    c.JupyterHub.spawner_class = OwnFolder
    c.SimpleLocalProcessSpawner.home_dir_template = str(data / "homes" / "{username}")
else:
    # Behind a proxy of your own that speaks HTTPS, or set c.JupyterHub.ssl_key and ssl_cert.
    c.JupyterHub.bind_url = "http://127.0.0.1:8000"
    c.JupyterHub.authenticator_class = "pam"
    c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
    # With limits of memory and CPU, from packages of their own:
    # c.JupyterHub.spawner_class = "systemdspawner.SystemdSpawner"
    # c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"

# Whoever can log in may come; or name them: c.Authenticator.allowed_users = {"ann", "bob"}.
c.Authenticator.allow_all = True
# Nobody, the trainer included, gets into a student's server. Work is handed in as files.
c.Authenticator.admin_users = set()

# The first steps of a student's server: a folder for that student alone, with the course in it.
c.Spawner.cmd = [sys.executable, str(here / "student_server.py")]
c.Spawner.notebook_dir = "~/creditkit"
c.Spawner.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "CREDITKIT_LANG"]
# A class logs in all at once, and a small machine starts one server after another.
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300
c.JupyterHub.concurrent_spawn_limit = 100
c.JupyterHub.init_spawners_timeout = 60

# Idle kernels end after an hour, idle servers after two: each holds some 200 MB. Nothing is lost,
# since cases are on disk.
c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_interval=300",
    "--ServerApp.shutdown_no_activity_timeout=7200",
    # Looking for programming-language servers takes a second of every start and finds none.
    "--LanguageServerManager.autodetect=False",
]
if trial_password and os.geteuid() == 0:
    c.Spawner.args.append("--allow-root")
