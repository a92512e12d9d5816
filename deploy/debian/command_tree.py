"""A program's commands and options, as its own --help tells them. Man page and completion are made
of this, so that neither can say anything else than the program."""

import os
import re
import subprocess
from typing import NamedTuple

HELP_OPTION = "-h"
# Nobody's language but the one that the forms below are of.
ENVIRONMENT = {"LC_ALL": "C", "LANG": "C"}
# A line of a list: the spelling, and what it is about unless that follows below.
ENTRY = re.compile(r"^ {2,4}(\S.*?)(?: {2,}(\S.*))?$")
# The same where the spelling fills its column to the last place.
FULL_ENTRY = re.compile(r"^ {2,4}(-\S.{25}) (\S.*)$")
OPTION = re.compile(r"-\S+( [A-Z]+(:\S+( in \[.*\])?)?)?( \.\.\.)?( REQUIRED)?( (Excludes|Needs): \S+)*")
FAMILY = re.compile(r"^  ([a-z]+) +(\S.*)$", re.M)
# What follows the lists: one command line, and what all commands end with.
EXAMPLE, EXIT_CODES = "Example:", "Exit codes: "
HEADING = re.compile(r"^ *(Options|Subcommands|Positionals):$")
GROUP = re.compile(r"^\[Option Group: (.*)\]$")
# A family that stands below another one without being one of its subcommands.
BELOW = re.compile(r"^\w+((?: [a-z-]+)+) \.\.\. +(\S.*)$")


class HelpUnreadable(Exception):
    """--help has a form that is not known here."""


class Entry(NamedTuple):
    spelling: str  # as shown: "-h,--help", "--config TEXT REQUIRED", "stage"
    what: str

    def names(self):
        return self.spelling.split()[0].split(",")

    def takes_value(self):
        return len(self.spelling.split()) > 1

    def values(self):
        """The words that an option takes, where these are a closed list."""
        found = re.search(r"\{(.*)\}", self.spelling)
        return found.group(1).split(",") if found else []


class Command(NamedTuple):
    words: tuple  # ("mrgctl", "trust", "stage")
    what: str
    positionals: list
    options: list
    subcommands: list  # Commands
    example: str = ""  # a command line; empty where there are subcommands


def ask(program, *words):
    done = subprocess.run([program, *words, "--help"], stdout=subprocess.PIPE, check=True,
                          encoding="utf-8", env={**os.environ, **ENVIRONMENT})
    return done.stdout


def parse_entry(line):
    """Result: the entry that begins in this line, or None."""
    full = FULL_ENTRY.match(line)
    if full and OPTION.fullmatch(full.group(1)) and not OPTION.fullmatch(line.strip()):
        return Entry(full.group(1), full.group(2))
    entry = ENTRY.match(line)
    return Entry(entry.group(1), entry.group(2) or "") if entry else None


def parse(text):
    """Result: what it does, and by heading the entries; those of option groups are options, too."""
    head, usage, rest = text.partition("Usage: ")
    if not usage:
        raise HelpUnreadable(text)
    entries = {"Positionals": [], "Options": [], "Subcommands": [], "Below": [], "Example": []}
    listed = None
    for line in rest.splitlines()[1:]:
        heading = HEADING.match(line)
        below = BELOW.match(line)
        entry = parse_entry(line)
        if heading:
            listed = entries[heading.group(1)]
        elif line == EXAMPLE:
            listed = entries["Example"]
        elif GROUP.match(line) or line.startswith(EXIT_CODES):
            listed = None
        elif listed is entries["Example"] and line.strip():
            listed.append(line.strip())
        elif below:
            entries["Below"].append(Entry(below.group(1).split()[-1], below.group(2)))
        elif not line.strip() or listed is None or line.startswith("  ["):
            continue
        elif entry and not (listed and line.startswith(" " * 20)):
            listed.append(entry)
        elif listed:
            listed[-1] = listed[-1]._replace(what=(listed[-1].what + " " + line.strip()).strip())
        else:
            raise HelpUnreadable(line)
    for one in entries["Options"]:
        if not OPTION.fullmatch(one.spelling):
            raise HelpUnreadable(one.spelling)
    return " ".join(head.split()), entries


def read_command(program, words, what=""):
    """The command that `words` name and all below it; words[0] is the program's own name."""
    told, entries = parse(ask(program, *words[1:]))
    below = [read_command(program, (*words, one.spelling), one.what)
             for one in entries["Subcommands"] + entries["Below"]
             # The line about a family that stands beside is shown by its neighbours as well.
             if one in entries["Subcommands"] or len(words) == 2]
    options = [one for one in entries["Options"] if HELP_OPTION not in one.names()]
    return Command(words, what or told, entries["Positionals"], options, below,
                   " ".join(entries["Example"]))


def read_families(program, name):
    """A program whose --help is a table of command families."""
    families = [one for one in FAMILY.findall(ask(program)) if one[0] != "help"]
    if not families:
        raise HelpUnreadable(program)
    return Command((name,), "", [], [], [
        read_command(program, (name, family), what) for family, what in families])


def every(command):
    """The command and all below it, in the order of their help."""
    yield command
    for one in command.subcommands:
        yield from every(one)
