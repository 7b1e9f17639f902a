# SPDX-License-Identifier: BSD-3-Clause
"""A management controller that speaks Redfish, for tests: HTTPS, sessions, ETags, tasks and errors as DSP0266 has them, and
the ways in which real ones misbehave. Python's standard library, and openssl for the certificate."""

import base64
import hashlib
import http.server
import json
import secrets
import socket
import ssl
import subprocess
import threading

ROOT = "/redfish/v1"
SYSTEM = f"{ROOT}/Systems/1"
CHASSIS = f"{ROOT}/Chassis/1"
RESET_TYPES = ["On", "ForceOff", "GracefulShutdown", "ForceRestart", "PowerCycle"]
AFTER = {"On": "On", "ForceOff": "Off", "GracefulShutdown": "Off", "ForceRestart": "On", "PowerCycle": "On"}


def certificate(folder, name="bmc", address="127.0.0.1"):
    """Paths of a key and of a certificate that it signed, and the certificate's fingerprint."""
    key, crt = f"{folder}/{name}.key", f"{folder}/{name}.crt"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
    command += ["-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{address}", "-keyout", key, "-out", crt]
    subprocess.run(command, check=True, capture_output=True)
    with open(crt, encoding="ascii") as f:
        der = ssl.PEM_cert_to_DER_cert(f.read())
    return key, crt, "sha256:" + hashlib.sha256(der).hexdigest()


class Refusal(Exception):
    def __init__(self, status, message_id, message, resolution="Try something else."):
        super().__init__(message)
        self.status = status
        self.body = {
            "error": {
                "code": f"Base.1.8.{message_id}",
                "message": "See @Message.ExtendedInfo.",
                "@Message.ExtendedInfo": [
                    {"MessageId": f"Base.1.8.{message_id}", "Message": message, "Resolution": resolution, "Severity": "Critical"}
                ],
            }
        }


class Bmc:
    """One controller with one machine. Attributes are what a test looks at, or sets before it asks."""

    def __init__(self, key, crt, user="admin", password="secret", address="127.0.0.1", port=0):
        self.user, self.password = user, password
        self.power = "Off"
        self.boot = {}
        self.light = False
        self.led = None  # of older ones: the text of IndicatorLED
        self.sessions = set()  # that are open
        self.session_limit = None  # 0: none can be had
        self.has_sessions = True
        self.reset_types = RESET_TYPES
        self.by_action_info = False  # the types of reset are told there
        self.as_task = 0  # so many looks until a reset is done
        self.task_state = "Completed"
        self.sensors = "Sensors"  # or "Thermal", for older ones
        self.console = {}
        self.systems = [SYSTEM]
        self.chassis = [CHASSIS]  # others have nothing in them
        self.someone_else = 0  # so many times somebody changes the system before we do
        self.revision = 1
        self.requests = []  # "METHOD path"
        self.headers = []
        self.mode = None  # "silent", "half", "huge", "redirect": what it answers once it is asked for a system
        self.asked = threading.Event()  # a request was not answered
        self._ended = threading.Event()
        self.lock = threading.Lock()
        self.pending = None  # what a task will do
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(crt, key)
        bmc = self

        class Handler(_Handler):
            def setup(self):
                self.bmc = bmc
                self.request = context.wrap_socket(self.request, server_side=True)
                super().setup()

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request, client_address):
                pass  # who does not trust us hangs up

        self._server = Server((address, port), Handler)
        self.address, self.port = self._server.server_address[:2]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self):
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    # ---- what it holds

    @property
    def etag(self):
        return f'W/"{self.revision}"'

    def resource(self, path):
        fixed = {
            f"{ROOT}/Systems": {"Members": [{"@odata.id": one} for one in self.systems]},
            f"{ROOT}/Chassis": {"Members": [{"@odata.id": CHASSIS}]},
            f"{SYSTEM}/ResetActionInfo": {"Parameters": [{"Name": "ResetType", "AllowableValues": self.reset_types}]},
            f"{ROOT}/Managers/1": {"SerialConsole": {"ServiceEnabled": True, "ConnectTypesSupported": ["IPMI"]}},
            f"{CHASSIS}/Sensors": {"Members": [{"@odata.id": f"{CHASSIS}/Sensors/{name}"} for name in ("Fan1", "CPU1Temp")]},
            f"{CHASSIS}/Sensors/Fan1": {"Name": "Fan 1", "Reading": 5400, "ReadingUnits": "RPM", "Status": {"Health": "OK"}},
            f"{CHASSIS}/Sensors/CPU1Temp": {
                "Name": "CPU1 Temp",
                "Reading": 45.5,
                "ReadingUnits": "Cel",
                "Status": {"State": "Enabled", "Health": "Warning"},
                "Thresholds": {"UpperCritical": {"Reading": 95}},
            },
            f"{CHASSIS}/Thermal": {
                "Temperatures": [{"Name": "Inlet", "ReadingCelsius": 21, "UpperThresholdCritical": 40, "Status": {"Health": "OK"}}],
                "Fans": [{"Name": "Fan 2", "Reading": None, "ReadingUnits": "RPM", "Status": {"State": "Absent"}}],
            },
            f"{CHASSIS}/Power": {"Voltages": [{"Name": "P12V", "ReadingVolts": 12.1, "Status": {"Health": "OK"}}]},
        }
        if path == ROOT:
            return {
                "RedfishVersion": "1.8.0",
                "Systems": {"@odata.id": f"{ROOT}/Systems"},
                "Chassis": {"@odata.id": f"{ROOT}/Chassis"},
                "SessionService": {"@odata.id": f"{ROOT}/SessionService"},
                "Links": {"Sessions": {"@odata.id": f"{ROOT}/SessionService/Sessions"}},
            }
        if path == SYSTEM:
            return self._system()
        if path == CHASSIS:
            names = ["Sensors"] if self.sensors == "Sensors" else ["Thermal", "Power"]
            return {name: {"@odata.id": f"{CHASSIS}/{name}"} for name in names}
        if path in fixed:
            return fixed[path]
        if path in self.chassis:
            return {}
        raise Refusal(404, "ResourceMissingAtURI", f"The resource at the URI {path} was not found.")

    def _system(self):
        action = {"target": f"{SYSTEM}/Actions/ComputerSystem.Reset"}
        if self.by_action_info:
            action["@Redfish.ActionInfo"] = f"{SYSTEM}/ResetActionInfo"
        else:
            action["ResetType@Redfish.AllowableValues"] = self.reset_types
        light = {"LocationIndicatorActive": self.light} if self.led is None else {"IndicatorLED": self.led}
        return {
            "Id": "1",
            "PowerState": self.power,
            "Boot": {"BootSourceOverrideTarget@Redfish.AllowableValues": ["None", "Pxe", "Hdd", "BiosSetup"], **self.boot},
            "Actions": {"#ComputerSystem.Reset": action},
            "SerialConsole": self.console,
            "Links": {"Chassis": [{"@odata.id": one} for one in self.chassis], "ManagedBy": [{"@odata.id": f"{ROOT}/Managers/1"}]},
            **light,
        }

    # ---- what it does

    def reset(self, body):
        kind = body.get("ResetType")
        if kind not in self.reset_types:
            raise Refusal(400, "ActionParameterNotSupported", f"The parameter ResetType with the value {kind} is not supported.")
        self.power = AFTER[kind]

    def change_system(self, body, if_match):
        if self.someone_else > 0:
            self.someone_else -= 1
            self.revision += 1
        if if_match != self.etag:
            raise Refusal(412, "PreconditionFailed", "The ETag supplied did not match.")
        self.revision += 1
        self.boot.update(body.get("Boot", {}))
        self.light = body.get("LocationIndicatorActive", self.light)
        self.led = body.get("IndicatorLED", self.led)

    def wait_for_the_end(self):
        self.asked.set()
        self._ended.wait()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass

    def send(self, status, body=None, **headers):
        text = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("OData-Version", "4.0")
        if body is not None:
            self.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def answer(self):
        path = self.path.split("?")[0].rstrip("/")
        size = int(self.headers.get("Content-Length", 0))
        text = self.rfile.read(size)
        self.bmc.requests.append(f"{self.command} {path}")
        self.bmc.headers.append(dict(self.headers))
        try:
            self.route(path, json.loads(text) if text else {})
        except Refusal as refusal:
            self.send(refusal.status, refusal.body)

    do_GET = do_POST = do_PATCH = do_DELETE = answer

    def is_known(self):
        bmc = self.bmc
        basic = "Basic " + base64.b64encode(f"{bmc.user}:{bmc.password}".encode()).decode()
        return self.headers.get("X-Auth-Token") in bmc.sessions or self.headers.get("Authorization") == basic

    def route(self, path, body):
        bmc = self.bmc
        if path == ROOT:
            return self.send(200, bmc.resource(ROOT))
        if path == f"{ROOT}/SessionService/Sessions" and self.command == "POST":
            return self.begin_session(body)
        if not self.is_known():
            raise Refusal(401, "NoValidSession", "There is no valid session established with the implementation.")
        if path.startswith(f"{ROOT}/SessionService/Sessions/") and self.command == "DELETE":
            bmc.sessions.discard(path.rsplit("/", 1)[1])
            return self.send(204)
        if bmc.mode and path == f"{ROOT}/Systems":
            return self.misbehave(bmc.mode)
        with bmc.lock:
            if path == f"{ROOT}/TaskMonitors/1":
                return self.task()
            if self.command == "POST" and path == f"{SYSTEM}/Actions/ComputerSystem.Reset":
                if bmc.as_task > 0:
                    bmc.pending = body
                    return self.send(202, {"TaskState": "New"}, Location=f"{ROOT}/TaskMonitors/1", Retry_After="0")
                bmc.reset(body)
                return self.send(204)
            if self.command == "PATCH" and path == SYSTEM:
                bmc.change_system(body, self.headers.get("If-Match"))
                return self.send(200, bmc.resource(SYSTEM), ETag=bmc.etag)
            if self.command == "GET":
                return self.send(200, bmc.resource(path), ETag=bmc.etag)
        raise Refusal(405, "OperationNotAllowed", "The HTTP method is not allowed on this resource.")

    def begin_session(self, body):
        bmc = self.bmc
        if not bmc.has_sessions:
            raise Refusal(405, "OperationNotAllowed", "The HTTP method is not allowed on this resource.")
        if (body.get("UserName"), body.get("Password")) != (bmc.user, bmc.password):
            raise Refusal(401, "ResourceAtUriUnauthorized", "Invalid username or password.")
        if bmc.session_limit is not None and len(bmc.sessions) >= bmc.session_limit:
            raise Refusal(503, "SessionLimitExceeded", "The session establishment failed due to the number of simultaneous sessions.")
        token = secrets.token_hex(16)
        bmc.sessions.add(token)
        where = f"{ROOT}/SessionService/Sessions/{token}"
        return self.send(201, {"@odata.id": where}, X_Auth_Token=token, Location=where)

    def task(self):
        bmc = self.bmc
        bmc.as_task -= 1
        if bmc.as_task > 0:
            return self.send(202, {"TaskState": "Running"}, Retry_After="0")
        if bmc.task_state != "Completed":
            return self.send(200, {"TaskState": bmc.task_state, "Messages": [{"Message": "The fan is stuck."}]})
        bmc.reset(bmc.pending)
        return self.send(204)

    def misbehave(self, mode):
        if mode == "silent":
            return self.bmc.wait_for_the_end()
        if mode == "half":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Mem")
            self.close_connection = True
            return None
        if mode == "huge":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
            self.close_connection = True
            return None
        return self.send(308, None, Location="https://elsewhere.example/redfish/v1/Systems")


class Mute:
    """Accepts connections and says nothing, not even TLS."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]

    def stop(self):
        self._socket.close()

