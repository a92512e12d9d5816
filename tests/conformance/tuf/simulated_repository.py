"""A TUF repository in memory, written after the specification (1.0.33), and its web server."""

import copy
import datetime
import hashlib
import http.server
import json
import sys
import threading
import urllib.parse

import signing_keys

TOP_LEVEL = ("root", "timestamp", "snapshot", "targets")
SPEC_VERSION = "1.0.33"


def utc_now():
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def in_days(days):
    """A date-time of the specification, that many days from now."""
    return (utc_now() + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


class SimulatedRepository:
    """Edit `signed` and `signers`, then publish; only what was published is served.

    `files` maps a path below the server to its bytes, "metadata/2.root.json" or "targets/a/f"; a
    number in place of bytes is an HTTP status. `requests` lists the paths asked for, as they came.
    """

    def __init__(self, consistent_snapshot=True):
        self.files = {}
        self.requests = []
        self.states_hashes = False
        self.signers = {}
        self.signed = {}
        self.published = {}
        for role in TOP_LEVEL:
            self.signed[role] = {"_type": role, "spec_version": SPEC_VERSION, "version": 1,
                                 "expires": in_days(30)}
        self.signed["root"].update(
            {"consistent_snapshot": consistent_snapshot, "keys": {}, "roles": {}})
        self.signed["targets"]["targets"] = {}
        self.signed["snapshot"]["meta"] = {}
        self.signed["timestamp"]["meta"] = {}
        for role in TOP_LEVEL:
            self.set_keys(role, [signing_keys.new_ed25519()])
        self.publish("root", "targets", "snapshot", "timestamp")

    @property
    def root(self):
        return self.signed["root"]

    @property
    def consistent(self):
        return self.root.get("consistent_snapshot", False)

    def set_keys(self, role, keys, threshold=1, signers=None):
        """Names in the root who may sign a top-level role; they sign it from now on, or others."""
        self.root["roles"][role] = {"keyids": [key.keyid for key in keys], "threshold": threshold}
        self.root["keys"].update({key.keyid: copy.deepcopy(key.public) for key in keys})
        self.signers[role] = list(keys if signers is None else signers)

    def rotate_keys(self, role):
        self.set_keys(role, [signing_keys.new_ed25519()])

    def delegate(self, delegator, role, paths=("*",), terminating=False, prefixes=None):
        """Adds a delegation behind those that are there, and the role when it is new."""
        if role not in self.signed:
            self.signed[role] = {"_type": "targets", "spec_version": SPEC_VERSION, "version": 1,
                                 "expires": in_days(30), "targets": {}}
            self.signers[role] = [signing_keys.new_ed25519()]
        delegations = self.signed[delegator].setdefault("delegations", {"keys": {}, "roles": []})
        stated = {"name": role, "keyids": [key.keyid for key in self.signers[role]], "threshold": 1,
                  "terminating": terminating}
        stated.update({"paths": list(paths)} if prefixes is None
                      else {"path_hash_prefixes": list(prefixes)})
        delegations["keys"].update({key.keyid: key.public for key in self.signers[role]})
        delegations["roles"].append(stated)

    def add_target(self, role, path, content, algorithms=("sha256",)):
        """Lists a file under a role, and serves it."""
        digests = {name: hashlib.new(name, content).hexdigest() for name in algorithms}
        self.signed[role]["targets"][path] = {"length": len(content), "hashes": digests}
        self.serve_target(path, digests, content)

    def serve_target(self, path, digests, content):
        folder, slash, name = path.rpartition("/")
        for digest in digests.values():
            prefix = digest + "." if self.consistent else ""
            self.files["targets/" + folder + slash + prefix + name] = content

    def publish(self, *roles):
        """Signs and serves the present content of the roles, in this order, and says so in the
        parent of each."""
        for role in roles:
            self.serve(role, self.signed[role]["version"], self.sign(role))

    def publish_next(self, *roles):
        for role in roles:
            self.signed[role]["version"] += 1
            self.publish(role)

    def sign(self, role):
        message = signing_keys.canonical(self.signed[role])
        signatures = [{"keyid": key.keyid, "sig": key.sign(message)} for key in self.signers[role]]
        # Not the canonical form: what is signed is not what is served.
        return json.dumps({"signed": self.signed[role], "signatures": signatures}, indent=1).encode()

    def serve(self, role, version, content):
        """Serves any bytes as a version of a role, and says so in its parent."""
        self.files["metadata/" + self.file_name(role, version)] = content
        self.published[role] = content
        stated = {"version": version}
        if self.states_hashes:
            stated["length"] = len(content)
            stated["hashes"] = {"sha256": hashlib.sha256(content).hexdigest()}
        if role == "snapshot":
            self.signed["timestamp"]["meta"] = {"snapshot.json": stated}
        elif role not in ("root", "timestamp"):
            self.signed["snapshot"]["meta"][role + ".json"] = stated

    def file_name(self, role, version):
        name = urllib.parse.quote(role, "") + ".json"
        versioned = role == "root" or (self.consistent and role != "timestamp")
        return "%d.%s" % (version, name) if versioned else name

    def take_requests(self):
        """The names of metadata files asked for since the last call."""
        taken = [path[len("metadata/"):] for path in self.requests if path.startswith("metadata/")]
        self.requests.clear()
        return taken

    def respond(self, path):
        """The bytes at a path, or an HTTP status."""
        self.requests.append(path)
        if path in self.files:
            return self.files[path]
        # Targets are stored by their own names; a server finds them from the encoded ones.
        return self.files.get(urllib.parse.unquote(path), 404)


class StaticFolders:
    """Serves files of a folder; the part of a repository that the web server needs."""

    def __init__(self, read):
        self.read = read
        self.requests = []

    def respond(self, path):
        self.requests.append(path)
        return self.read(path)


class RepositoryServer:
    """A web server on a loopback port of the system's choice; `content` may be exchanged."""

    def __init__(self):
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body in one segment, or each answer would wait for an acknowledgement.
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_GET(self):
                answer = server.content.respond(self.path.lstrip("/"))
                status = answer if isinstance(answer, int) else 200
                body = b"" if isinstance(answer, int) else answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                # A client that has read enough resets the connection.
                if not isinstance(sys.exc_info()[1], ConnectionError):
                    super().handle_error(request, client_address)

        self.content = None
        self._http = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self._http.server_address[1]

    def close(self):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
