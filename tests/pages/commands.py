"""Whether the commands in pages are ones that the programs know, with the flags that they know."""

import re
import subprocess

FLAG = re.compile(r"(?<![\w-])(--[a-z][a-z0-9-]*)")
WORD = re.compile(r"[a-z][a-z0-9-]*$")
# A word that stands for others, or what follows is the shell's.
CUT = re.compile(r"[|&;>]| …|\.\.\.")


TAKES_A_VERB = re.compile(r"^usage: \w+ FAMILY|\bSUBCOMMAND$", re.M)


def is_verb(word, known):
    """Whether a program's help lists the verb, in its table or at its end."""
    return re.search(r"^(  |\w+ \w+ )%s( |$)" % re.escape(word), known, re.M) is not None


class Programs:
    """What the programs say of themselves; each is asked once."""

    def __init__(self, paths):
        self.paths = paths  # program -> where it is
        self.help = {}

    def help_of(self, words):
        """The help of `words`, a program and its verbs; None when it has no such verb."""
        key = tuple(words)
        if key not in self.help:
            asked = subprocess.run([self.paths[words[0]], *words[1:], "--help"],
                                   capture_output=True, text=True, check=False)
            self.help[key] = asked.stdout if asked.returncode == 0 else None
        return self.help[key]


def fault(text, programs):
    """What is wrong with a command as a page has it; "" for none and for what is no command of the
    programs."""
    text = CUT.split(text, maxsplit=1)[0]
    words = text.split()
    if not words or words[0] not in programs.paths:
        return ""
    verbs, known = [words[0]], programs.help_of(words[:1])
    for word in words[1:]:
        if not TAKES_A_VERB.search(known) or not WORD.match(word):
            break  # an argument
        verbs.append(word)
        known = programs.help_of(verbs) if is_verb(word, known) else None
        if known is None:
            return "%s: there is no such command" % " ".join(verbs)
    listed = set(FLAG.findall(known))
    for flag in FLAG.findall(text):
        if flag not in listed:
            return "%s: has no flag %s" % (" ".join(verbs), flag)
    return ""


def faults(path, page, programs):
    """One line for each command of the page that the programs do not know."""
    texts = [(one.line, one.text) for one in page.commands] + \
            [(one.line, one.text) for one in page.names]
    found = []
    for line, text in sorted(texts):
        wrong = fault(text, programs)
        if wrong:
            found.append("%s:%d: %s" % (path, line, wrong))
    return found
