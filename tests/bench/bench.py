"""Measures the figures of FIGURES and prints one JSON object a figure, each on a line of its own,
on standard output; what goes on meanwhile is told on standard error.

CPU times and rates of the node and of the bare echo come from windows of steady load that take
turns, echo, SM2, P-256, echo, ..., and of each the median window counts: the machine is rarely
quiet, and what disturbs one window seldom disturbs its neighbours in the same way. The echo has two
windows in each round, because its figure depends on how its connections fall to the processors. The
ratios are those of the figures printed.
"""

import argparse
import json
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile

import bench_nodes
import mark_bench
from bench_nodes import CHUANYU, DELTA, HUB, ROOT, BenchFailed, note

FIGURES = {  # name: unit, goal, which way is better
    "echo_per_second": ("calls/s", None, "higher"),
    "echo_cpu_us": ("us", None, "lower"),
    "verify_sm2_us": ("us", None, "lower"),
    "verify_p256_us": ("us", None, "lower"),
    "recognize_sm2_per_second": ("calls/s", None, "higher"),
    "recognize_sm2_cpu_us": ("us", None, "lower"),
    "recognize_sm2_cpu_ratio": ("ratio", 2.0, "lower"),
    "recognize_p256_cpu_ratio": ("ratio", 2.0, "lower"),
    "translate_per_second": ("licences/s", None, "higher"),
    "trust_propagation_p50_ms": ("ms", None, "lower"),
    "trust_propagation_p99_ms": ("ms", 50, "lower"),
    "trust_load_1m_seconds": ("s", 3, "lower"),
    "trust_bytes_per_entry": ("bytes", 300, "lower"),
    "trust_change_bytes_1m": ("bytes", 65536, "lower"),
    "trust_change_in_force_1m_p99_ms": ("ms", 50, "lower"),
    "trust_lookup_per_second": ("look-ups/s", None, "higher"),
    "tuf_refresh_cpu_us": ("us", 1000, "lower"),
    "dispute_mark_p99_ms": ("ms", 2000, "lower"),
    "simulation_hours_per_minute": ("h/min", 1000, "higher"),
}
# Which windows and measurements a figure rests on.
NEEDS = {
    "echo_per_second": {"echo"},
    "echo_cpu_us": {"echo"},
    "verify_sm2_us": {"verify"},
    "verify_p256_us": {"verify"},
    "recognize_sm2_per_second": {"sm2"},
    "recognize_sm2_cpu_us": {"sm2"},
    "recognize_sm2_cpu_ratio": {"echo", "sm2", "verify"},
    "recognize_p256_cpu_ratio": {"echo", "p256", "verify"},
    "translate_per_second": {"translate"},
    "trust_propagation_p50_ms": {"trust"},
    "trust_propagation_p99_ms": {"trust"},
    "trust_load_1m_seconds": {"lists"},
    "trust_bytes_per_entry": {"lists"},
    "trust_change_bytes_1m": {"lists"},
    "trust_change_in_force_1m_p99_ms": {"lists"},
    "trust_lookup_per_second": {"lists"},
    "tuf_refresh_cpu_us": {"lists"},
    "dispute_mark_p99_ms": {"marks"},
    "simulation_hours_per_minute": {"simulation"},
}
PROGRAMS = {  # by the part of the measurement that runs them
    "echo": ["//gateway/daemon:mrgd", "//gateway/cli:mrgctl", "//tests/bench:echo_server",
             "//tests/bench:load_client"],
    "sm2": ["//gateway/daemon:mrgd", "//gateway/cli:mrgctl", "//tests/bench:load_client"],
    "p256": ["//gateway/daemon:mrgd", "//gateway/cli:mrgctl", "//tests/bench:load_client"],
    "trust": ["//gateway/daemon:mrgd", "//gateway/cli:mrgctl", "//tests/bench:trust_bench"],
    "verify": ["//tests/bench:verify_bench"],
    "translate": ["//tests/bench:translation_bench"],
    "lists": ["//tests/bench:list_bench"],
    "marks": ["//gateway/daemon:mrgd", "//gateway/cli:mrgctl"],
    "simulation": ["//tests/simulation"],
}
ISSUING = {"sm2": "50", "p256": "51"}  # the jurisdiction whose licences are asked about
TRANSLATED = "sichuan-chongqing/samples/50-driving-licence.json"
# Licences to sign for each second of load: for the first window of a kind this many, for the later
# ones by the rate that the one before had, and some to spare.
FIRST_RATE = {"sm2": 4000, "p256": 6000}
TO_SPARE = 1.3
ECHO_LICENCES = 256  # the echo does not read them
SIMULATION_SEED = 2


class Size:
    """How long a run takes."""

    def __init__(self, quick):
        self.rounds = 3 if quick else 7
        self.warm_up_ms = 500 if quick else 1500
        self.window_ms = 1500 if quick else 4000
        self.verifications = 100 if quick else 400
        self.translations = 1000 if quick else 5000
        self.changes = 55 if quick else 250
        self.list_changes = 100 if quick else 300
        self.marks = 10 if quick else 100
        self.simulated_hours = 100 if quick else 500
        self.first_changes = 5  # not counted: connections, caches, tables are being set up


class Bench:
    def __init__(self, wanted, size, bin_folder):
        self.needs = set().union(*(NEEDS[name] for name in wanted))
        self.size, self.bin = size, bin_folder
        self.values = {}
        self.first_licence = 0
        self.rate = dict(FIRST_RATE)

    def program(self, label):
        package, _, name = label[2:].partition(":")
        return os.path.join(self.bin, package, name or os.path.basename(package))

    def run_program(self, label, *words):
        """Runs a program of the bench to its end. Result: the JSON object it printed."""
        done = subprocess.run([self.program(label), *map(str, words)], cwd=ROOT,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                              check=False)
        if done.returncode != 0:
            raise BenchFailed("%s ended with %d" % (label, done.returncode))
        return json.loads(done.stdout)

    # --- Load ----------------------------------------------------------------------------------

    def window(self, kind, nodes, server):
        """One window of load on `server`. Result: what load_client printed."""
        size = self.size
        licences = ECHO_LICENCES
        if kind != "echo":
            seconds = (size.warm_up_ms + size.window_ms) / 1000
            licences = math.ceil(self.rate[kind] * seconds)
        issuing = ISSUING.get(kind, "50")
        result = self.run_program(
            "//tests/bench:load_client", *nodes.caller(DELTA, "platform-31"),
            *nodes.licence(issuing), "--address", server.address, "--pid", server.pid,
            "--first", self.first_licence, "--licences", licences,
            "--warm-up-ms", size.warm_up_ms, "--window-ms", size.window_ms,
            "--response-out", nodes.path("response"))
        result["rate"] = result["calls"] / result["seconds"]
        result["cpu_us"] = result["cpu_seconds"] / result["calls"] * 1e6
        if kind != "echo":
            self.first_licence += licences
            self.rate[kind] = TO_SPARE * result["rate"]
            if result["licences_repeated"]:
                note("%s: more calls than licences signed; some were presented twice" % kind)
        note("%-6s %8.0f calls/s %7.1f us CPU a call" % (kind, result["rate"], result["cpu_us"]))
        return result

    def verify(self, nodes):
        return self.run_program("//tests/bench:verify_bench", "--document", nodes.document("50"),
                                "--rounds", self.size.verifications)

    def measure_load(self, nodes):
        kinds = [kind for kind in ("echo", "sm2", "p256") if kind in self.needs]
        node = nodes.server(DELTA)
        # Also shows what an answer looks like once the log has grown, for the echo.
        note("warming up")
        answer = self.window("sm2", nodes, node)
        servers = {"sm2": node, "p256": node}
        if "echo" in kinds:
            servers["echo"] = nodes.start_echo(self.program("//tests/bench:echo_server"))
        note("a request has %d bytes, an answer %d" % (answer["request_bytes"],
                                                       answer["response_bytes"]))
        windows = {kind: [] for kind in kinds}
        verified = []
        turns = kinds + [kind for kind in kinds if kind == "echo"]
        for _ in range(self.size.rounds):
            for kind in turns:
                windows[kind].append(self.window(kind, nodes, servers[kind]))
            if "verify" in self.needs:
                verified.append(self.verify(nodes))
        for kind, seen in windows.items():
            self.values[kind + "_rate"] = statistics.median(one["rate"] for one in seen)
            self.values[kind + "_cpu"] = statistics.median(one["cpu_us"] for one in seen)
        self.take_verified(verified)

    def take_verified(self, verified):
        for scheme in ("sm2", "p256") if verified else ():
            self.values["verify_" + scheme] = statistics.median(one[scheme] for one in verified)

    # --- The rest ------------------------------------------------------------------------------

    def measure_trust(self, nodes):
        count = self.size.changes + self.size.first_changes
        note("preparing and signing %d changes" % count)
        changes = nodes.sign_changes("50", count)
        note("publishing them")
        seen = self.run_program(
            "//tests/bench:trust_bench", "--publisher", CHUANYU,
            "--publish-at", nodes.admin(CHUANYU), "--seen-at", nodes.admin(DELTA),
            "--then-at", nodes.admin(HUB), "--changes", changes, "--count", count,
            "--role", "j-50", "--target", "50/issuers")["ms"]
        self.values["trust_ms"] = sorted(seen[self.size.first_changes:])

    def measure_translation(self):
        result = self.run_program("//tests/bench:translation_bench", self.size.translations,
                                  TRANSLATED)
        self.values["translate"] = 1e6 / (result["read_us"] + result["write_us"])

    def measure_lists(self):
        note("loading a list of a million issuers")
        with tempfile.TemporaryDirectory() as folder:
            self.values["lists"] = self.run_program(
                "//tests/bench:list_bench", "--folder", os.path.join(folder, "store"),
                "--changes", self.size.list_changes)
        note("the load took %.1f s of CPU, a change %.1f ms (median)" % (
            self.values["lists"]["load_cpu_seconds"], self.values["lists"]["change_p50_ms"]))

    def measure_simulation(self):
        """By the CPU time of all its threads: on one core, whatever else runs on the machine."""
        note("simulating %d hours of a federation" % self.size.simulated_hours)
        result = self.run_program("//tests/simulation", "--seed", SIMULATION_SEED,
                                  "--hours", self.size.simulated_hours)
        self.values["simulation"] = result["hours"] / (result["cpu_seconds"] / 60)

    def measure(self):
        programs = (self.program("//gateway/daemon:mrgd"), self.program("//gateway/cli:mrgctl"))
        if self.needs & {"echo", "sm2", "p256"}:
            with bench_nodes.Nodes(*programs) as nodes:
                nodes.bring_up()
                self.measure_load(nodes)
        if "trust" in self.needs:
            # Region to hub to region: there is no other way.
            with bench_nodes.Nodes(*programs, apart=True) as nodes:
                nodes.bring_up()
                self.measure_trust(nodes)
        if "marks" in self.needs:
            with bench_nodes.Nodes(*programs) as nodes:
                nodes.bring_up()
                note("accepting %d disputes" % self.size.marks)
                self.values["marks_ms"] = mark_bench.MarkBench(nodes).run(self.size.marks)
        if "verify" in self.needs and "verify_sm2" not in self.values:
            with bench_nodes.Nodes(None, None) as nodes:
                self.take_verified([self.verify(nodes) for _ in range(self.size.rounds)])
        if "translate" in self.needs:
            self.measure_translation()
        if "lists" in self.needs:
            self.measure_lists()
        if "simulation" in self.needs:
            self.measure_simulation()

    def percentile(self, percent, of="trust_ms"):
        """The smallest time that `percent` of them did not exceed."""
        times = self.values[of]
        return times[math.ceil(len(times) * percent / 100) - 1]

    def value(self, name):
        values = self.values
        return {
            "echo_per_second": lambda: values["echo_rate"],
            "echo_cpu_us": lambda: values["echo_cpu"],
            "verify_sm2_us": lambda: values["verify_sm2"],
            "verify_p256_us": lambda: values["verify_p256"],
            "recognize_sm2_per_second": lambda: values["sm2_rate"],
            "recognize_sm2_cpu_us": lambda: values["sm2_cpu"],
            "recognize_sm2_cpu_ratio":
                lambda: values["sm2_cpu"] / (values["echo_cpu"] + values["verify_sm2"]),
            "recognize_p256_cpu_ratio":
                lambda: values["p256_cpu"] / (values["echo_cpu"] + values["verify_p256"]),
            "translate_per_second": lambda: values["translate"],
            "trust_propagation_p50_ms": lambda: self.percentile(50),
            "trust_propagation_p99_ms": lambda: self.percentile(99),
            "trust_load_1m_seconds": lambda: values["lists"]["load_seconds"],
            "trust_bytes_per_entry": lambda: values["lists"]["bytes_per_entry"],
            "trust_change_bytes_1m": lambda: values["lists"]["change_bytes"],
            "trust_change_in_force_1m_p99_ms": lambda: values["lists"]["change_p99_ms"],
            "trust_lookup_per_second": lambda: values["lists"]["lookups_per_second"],
            "tuf_refresh_cpu_us": lambda: values["lists"]["refresh_cpu_us"],
            "dispute_mark_p99_ms": lambda: self.percentile(99, of="marks_ms"),
            "simulation_hours_per_minute": lambda: values["simulation"],
        }[name]()


def build(needs):
    """Builds what is needed, optimised. Result: the folder of the programs."""
    bazel = os.path.join(ROOT, "deploy", "bazel", "bazel")
    targets = sorted({label for need in needs for label in PROGRAMS[need]})
    note("building %s" % " ".join(targets))
    # The links bazel-bin and so on keep pointing at the build that made them.
    done = subprocess.run([bazel, "build", "--config=opt", "--show_result=0",
                           "--experimental_convenience_symlinks=ignore", *targets], cwd=ROOT,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise BenchFailed(done.stdout)
    return subprocess.run([bazel, "info", "--config=opt", "bazel-bin"], cwd=ROOT,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          check=True).stdout.strip()


def print_figure(name, value):
    unit, goal, better = FIGURES[name]
    print(json.dumps({"name": name, "value": float("%.4g" % value), "unit": unit, "goal": goal,
                      "better": better}), flush=True)


def end_on_signal(*_):
    sys.exit(1)


def main():
    parser = argparse.ArgumentParser(
        prog="./tests/bench/run",
        description="Builds with optimisation and prints one JSON object a figure.",
        epilog="Figures: " + " ".join(FIGURES))
    parser.add_argument("names", nargs="*", metavar="NAME", help="figures to measure; default: all")
    parser.add_argument("--quick", action="store_true",
                        help="fewer and shorter windows; within a minute once built")
    parser.add_argument("--bin", metavar="DIR",
                        help="measure the programs of this bazel-bin folder; builds nothing")
    flags = parser.parse_args()
    unknown = [name for name in flags.names if name not in FIGURES]
    if unknown:
        print("no such figure: %s\nfigures:\n  %s" % (
            " ".join(unknown), "\n  ".join(FIGURES)), file=sys.stderr)
        return 2
    wanted = [name for name in FIGURES if name in flags.names or not flags.names]
    # Nodes and temporary folders go away on every way out, so signals end the run by exception.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end_on_signal)
    bench = Bench(wanted, Size(flags.quick), flags.bin and os.path.abspath(flags.bin))
    try:
        if not bench.bin:
            bench.bin = build(bench.needs)
        bench.measure()
    except BenchFailed as failure:
        print("bench: %s" % failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)
        return 130
    for name in wanted:
        print_figure(name, bench.value(name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
