"""The figures of the pages: each number with a unit is that of a line of source, or one that was
measured, or stands in a list of those that nothing here decides.

A figure is tied by words of the page around it, and compared with the value of a constant, so that
who changes one of the two is told of the other.
"""

import collections
import re

# In the prose of a page; not a part of a longer number, of a version or a date.
UNITS = {
    "bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
    "ms": 1e-3, "s": 1, "seconds": 1, "min": 60, "h": 3600, "hours": 3600, "days": 86400,
    "certificates": 1, "connections": 1, "records": 1, "descriptors": 1, "changes": 1, "calls": 1,
    "KB": None, "MB": None, "GB": None, "TB": None,  # decimal: only what was measured
}
FIGURE = re.compile(r"(?<![\w.,-])(\d[\d,]*(?:\.\d+)?) (%s)\b" % "|".join(
    sorted(UNITS, key=len, reverse=True)))

# words: of the page, with one figure. path, name: the constant; of one that is a list, `place` says
# which value.
Tied = collections.namedtuple("Tied", "page words path name place", defaults=(0,))
# words that RESULTS.md has where it tells what was measured.
Measured = collections.namedtuple("Measured", "page words results")
# Of others' making, a sum or an advice, with the reason why nothing here decides it.
Free = collections.namedtuple("Free", "page words reason")

LIMITS = "gateway/base/limits.h"
HTTPS = "gateway/web/https_server.h"
CONFIG = "gateway/config/node_config.h"
BUDGET = "trustlist/store/content_budget.h"
RESULTS = "tests/bench/RESULTS.md"

TIED = (
    Tied("ARCHITECTURE", "questions of at most 4 KiB", "gateway/rpc/server/reflection_service.h",
         "kReflectionRequestBytesMax"),
    Tied("BACKUP", "at least 12 bytes", "gateway/cli/backup/backup_command.cc",
         "kPassphraseBytesMin"),
    Tied("CERTIFICATES", "at most 4 certificates", LIMITS, "kPeerChainCertificatesMax"),
    Tied("CERTIFICATES", "certificates and 16 KiB", LIMITS, "kPeerChainBytesMax"),
    Tied("CERTIFICATES", "for 30 days unless", "gateway/cli/certificate_files.h", "int days"),
    Tied("CERTIFICATES", "for 30 days; without", "gateway/cli/certificate_command.cc", "list_days"),
    Tied("FIRST_CALL", "for 24 hours it gives", "gateway/request_memory/request_memory.h",
         "kRequestMemory"),
    Tied("FIRST_CALL", "has more than 1 MiB", LIMITS, "kMessageBytesMax"),
    Tied("FIRST_CALL", "at most 64 KiB, and no scan", LIMITS, "kDocumentBytesMax"),
    Tied("FIRST_CALL", "the limit is 1 MiB", LIMITS, "kMessageBytesMax"),
    Tied("KEY_DRILLS", "It holds for 30 days", "gateway/cli/certificate_command.cc", "list_days"),
    Tied("OPERATING", "the newest 10,000 records are checked", "gateway/daemon/log_side.cc",
         "kLeavesCheckedAtStart"),
    Tied("OPERATING", "one of the newest 10,000 records", "gateway/daemon/log_side.cc",
         "kLeavesCheckedAtStart"),
    Tied("OPERATING", "makes 256 changes at once", "gateway/answer/status_pace.h",
         "kStatusChangesAtOnceMax"),
    Tied("OPERATING", "timestamp | 1 h |", CONFIG, "timestamp_lifetime", 0),
    Tied("OPERATING", "after 20 min", CONFIG, "timestamp_lifetime", 1),
    Tied("OPERATING", "after 24 h", CONFIG, "snapshot_lifetime", 1),
    Tied("OPERATING", "status | 24 h |", CONFIG, "status_lifetime", 0),
    Tied("OPERATING", "after 8 h", CONFIG, "status_lifetime", 1),
    Tied("OPERATING", "(31 days,", "trustlist/store/timestamp_history.h", "kKeptTimestampsFor"),
    Tied("OPERATING", "may bring 8 GiB", BUDGET, "member_bytes_max"),
    Tied("OPERATING", "a further 1 GiB a day", BUDGET, "member_bytes_per_day"),
    Tied("OPERATING", "together 32 GiB", BUDGET, "all_bytes_max"),
    Tied("OPERATING", "no more than 1 GiB a day", BUDGET, "member_bytes_per_day"),
    Tied("OPERATING", "(6 MiB at most)", "trustlist/format/metadata_limits.h",
         "kTrustMessageBytesMax"),
    Tied("OPERATING", "and 4 MiB that are not stored", "trustlist/format/metadata_limits.h",
         "kBlobBatchBytesMax"),
    Tied("OPERATING", "looked for every 10 seconds", "gateway/daemon/node.cc",
         "kForgettingPeriod"),
    Tied("OPERATING", "again every 10 seconds", "gateway/daemon/node.cc", "kForgettingPeriod"),
    Tied("OPERATING", "within its 24 hours", "gateway/request_memory/request_memory.h",
         "kRequestMemory"),
    Tied("OPERATING", "not taken, in 30 s", LIMITS, "kRequestSecondsMax"),
    Tied("REST", "head of each later one | 5 s |", HTTPS, "Duration head"),
    Tied("REST", "of one connection | 60 s |", HTTPS, "Duration idle"),
    Tied("REST", "| 30 s each |", HTTPS, "Duration body"),
    Tied("REST", "| 60 s, then", HTTPS, "Duration answer"),
    Tied("REST", "together | 8 KiB |", HTTPS, "head_bytes"),
    Tied("REST", "of a message of at most 1 MiB", LIMITS, "kMessageBytesMax"),
    Tied("SIZING", "`api` takes 1,024 connections", LIMITS, "kApiConnectionsMax"),
    Tied("SIZING", "768 descriptors are kept", LIMITS, "kDescriptorsReserved"),
    Tied("SIZING", "up to 256 records share one", LIMITS, "kLogGroupMax"),
    Tied("SIZING", "| 192 MiB at most |", LIMITS, "kServerBytesMax"),
)
MEASURED = (
    Measured("OPERATING", "some 250 bytes an entry", "| `trust_bytes_per_entry` | 238.8 | 247.1 |"),
    Measured("SIZING", "| 250 bytes an entry", "| `trust_bytes_per_entry` | 238.8 | 247.1 |"),
    Measured("SIZING", "with 413 MB resident at most", "(413 MB at most)"),
    Measured("SIZING", "under SM2 costs some 0.6 ms", "| recognize_sm2_cpu_us | 621 |"),
    Measured("SIZING", "under P-256 0.37 ms", "P-256 call takes 368 us"),
    Measured("SIZING", "(0.3 ms and", "| verify_sm2_us | 296.9 |"),
    Measured("SIZING", "and 0.06 ms)", "| verify_p256_us | 62.7 |"),
    Measured("SIZING", "at about 10,000 calls a second", "about 10,000 calls a second"),
    Measured("SIZING", "leaves 5.5 KB for good", "5.5 KB kept a call"),
    Measured("SIZING", "10 KB a call without compaction", "10 KB written without"),
    Measured("SIZING", "up to 39 KB with it", "12 to 39 KB with compaction"),
    Measured("SIZING", "an answer 5.2 KB", "answers 5.2 KB"),
    Measured("SIZING", "has about 1 KB", "Requests have 1,036 bytes"),
    Measured("SIZING", "is 9 KB to each follower", "| trust_change_bytes_1m | 9,226 |"),
)
FREE = (
    Free("CERTIFICATES", "holds 24 hours unless the provisioner's", "what step-ca does"),
    Free("OPERATING", "240 MiB for a million issuers", "250 bytes, a million times"),
    Free("REST", "body | 2 MiB,", "twice kMessageBytesMax"),
    Free("SIZING", "240 MiB for a million issuers", "250 bytes, a million times"),
    Free("SIZING", "about 250 MB", "the same"),
    Free("SIZING", "10 MiB more, however long", "6 and 4 MiB, as OPERATING has them"),
    Free("SIZING", "| 256 MiB at most |", "kApiCallBytesMax and kFederationCallBytesMax"),
    Free("SIZING", "| 100 MiB |", "as the comment of kApiConnectionsMax has it"),
    Free("SIZING", "is about 1 GiB and the lists", "a sum"),
    Free("SIZING", "**2 GiB are enough**", "an advice"),
    Free("SIZING", "| 10,000 | 20 GB |", "5.5 KB, so many times"),
    Free("SIZING", "| 100,000 | 200 GB |", "5.5 KB, so many times"),
    Free("SIZING", "| 1,000,000 | 2 TB |", "5.5 KB, so many times"),
    Free("SIZING", "whose flushes take 10 ms", "an example"),
)
# Pages that tell what was seen on one day.
TOLD = ("walkthroughs",)


def figures(prose):
    """The figures of a page's prose, white space folded: (where, value as written, unit)."""
    return [(found.start(), found.group(1), found.group(2)) for found in FIGURE.finditer(prose)]


def value(number, unit):
    return float(number.replace(",", "")) * UNITS[unit]


def constant(text, name, place):
    """The value of a constant in C++ source, in bytes, seconds or pieces. Raises ValueError."""
    found = re.search(re.escape(name) + r"\s*=\s*([^;/]+);", text)
    if not found:
        raise ValueError("no constant %s" % name)
    expression = found.group(1).strip()
    durations = re.findall(r"absl::(Seconds|Minutes|Hours)\(([\d *]+)\)", expression)
    if durations:
        kind, count = durations[place]
        return _product(count) * {"Seconds": 1, "Minutes": 60, "Hours": 3600}[kind]
    shifted = re.fullmatch(r"\w+\{(\d+)\} << (\d+)", expression)
    if shifted:
        return int(shifted.group(1)) << int(shifted.group(2))
    if re.fullmatch(r"[\d *]+", expression):
        return _product(expression)
    raise ValueError("%s is no number: %s" % (name, expression))


def _product(text):
    result = 1
    for factor in text.split("*"):
        result *= int(factor)
    return result


def faults(page, prose, read, tied=TIED, measured=MEASURED, free=FREE):
    """A line for each figure of the page that is not what its source says, and for each that is
    tied to none. `read` gives the text of a file of the project."""
    found, covered = [], set()
    for row in list(tied) + list(measured) + list(free):
        if row.page != page:
            continue
        at = prose.find(row.words)
        inside = [one for one in figures(prose) if at <= one[0] < at + len(row.words)]
        if at < 0 or len(inside) != 1:
            found.append("%s: expected the words \"%s\" with one figure" % (page, row.words))
            continue
        covered.add(inside[0][0])
        if isinstance(row, Tied):
            try:
                said = constant(read(row.path), row.name, row.place)
            except ValueError as error:
                found.append("%s: %s" % (row.path, error))
                continue
            # A constant in days is written without its unit.
            if UNITS[inside[0][2]] is None or (
                    said != value(*inside[0][1:]) and not (
                        inside[0][2] == "days" and said == float(inside[0][1]))):
                found.append("%s: \"%s\", but %s is %s" % (page, row.words, row.name, said))
        elif isinstance(row, Measured) and row.results not in _folded(read(RESULTS)):
            found.append("%s: \"%s\" was measured as \"%s\", which RESULTS.md has not" % (
                page, row.words, row.results))
    for where, number, unit in figures(prose):
        if where not in covered:
            found.append("%s: %s %s is tied to no source (\"%s\")" % (
                page, number, unit, prose[max(0, where - 30):where + 30]))
    return found


def _folded(text):
    return re.sub(r"\s+", " ", text)


def prose_of(text):
    """The page without code and with white space folded."""
    text = re.sub(r"(?ms)^```.*?^```", "", text)
    text = re.sub(r"(?m)^(?: {4}|\t).*$", "", text)
    return _folded(text)
