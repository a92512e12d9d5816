"""Man pages, in the language of groff_man(7): what the programs' own help says, and what it cannot
say: files, signals, exit codes."""

import command_tree

EXIT_CODES = {
    "mrgd": [("0", "it was stopped by SIGTERM or SIGINT, or --check-config found nothing"),
             ("1", "it cannot start; one line on standard error says why"),
             ("2", "the command line is wrong"),
             ("3", "the disk did not answer while it stopped; nothing that was acknowledged is lost")],
    "mrgctl": [("0", "done, or in order"),
               ("1", "the command ran and says no; one line on standard error says why"),
               ("2", "the command line is wrong"),
               ("3", "the answer is another one than --expect says")],
}
PAGES = "/usr/share/doc/mrg-node/"
EXAMPLES = "/usr/share/doc/mrgctl/examples/deploy"


def text(words):
    """Text in which groff reads no request and no escape."""
    words = words.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\\&" + words if words.startswith(".") else words


def tagged(entries):
    return "".join(".TP\n.B %s\n%s\n" % (text(tag), text(what) or "\\&") for tag, what in entries)


def head(name, section, what, version, date):
    return ".TH %s %d %s \"mrg %s\" \"mrg\"\n.SH NAME\n%s \\- %s\n" % (
        name.upper(), section, date, version, name, text(what))


def options(command):
    return tagged((one.spelling, one.what) for one in command.positionals + command.options)


def mrgd(program, version, date):
    command = command_tree.read_command(program, ("mrgd",))
    return "".join([
        head("mrgd", 8, "node of the mutual-recognition gateway", version, date),
        ".SH SYNOPSIS\n.B mrgd \\-\\-config\n.I FILE\n[\n.I OPTION\n]...\n",
        ".SH DESCRIPTION\n",
        text("Answers the platforms of its member whether licences are recognised, and follows the "
             "trust lists of the other members. It runs in the foreground and writes one JSON line "
             "an event to standard error. As installed, the unit mrgd.service runs it as the user "
             "mrg, once mrgctl init has made /etc/mrg/node."), "\n",
        ".SH OPTIONS\n", options(command),
        ".SH SIGNALS\n", tagged([
            ("SIGHUP", "read the configuration again, and take up what can be taken up while it "
                       "runs; what cannot is named"),
            ("SIGTERM, SIGINT", "end it: no further call is taken, those that run are answered "
                                "within three seconds, what waits for the log is written")]),
        ".SH FILES\n", tagged([
            ("/etc/mrg/node/node.textproto", "the configuration that the unit names; every field is "
                                             "explained in " + PAGES + "config.proto"),
            ("/etc/default/mrgd", "further flags, MRGD_FLAGS"),
            ("/var/lib/mrg", "what the node stores, and beside it the mark of its log, which stays "
                             "out of backups"),
            ("/run/mrg/admin.sock", "where mrgctl calls it as its operator"),
            (PAGES, "the pages: OPERATING.md, CERTIFICATES.md, REASONS.md and others")]),
        ".SH EXIT STATUS\n", tagged(EXIT_CODES["mrgd"]),
        ".SH SEE ALSO\n.BR mrgctl (1),\n.BR systemctl (1),\n.BR journalctl (1)\n"])


def usage(command):
    words = " ".join(command.words)
    rest = [one.spelling.split()[0].upper() for one in command.positionals]
    rest += ["[OPTION]..."] if command.options else []
    return " ".join([words, *rest])


def mrgctl(program, version, date):
    root = command_tree.read_families(program, "mrgctl")
    page = [
        head("mrgctl", 1, "command line of the mutual-recognition gateway", version, date),
        ".SH SYNOPSIS\n.B mrgctl\n.I FAMILY\n[\n.I COMMAND\n] [\n.I OPTION\n]...\n.br\n"
        ".B mrgctl \\-\\-version\n",
        ".SH DESCRIPTION\n",
        text("For operators, pack authors, auditors and the staff of provinces. Each family of "
             "commands is shown below with its commands; --help behind any of them says the same. "
             "A node is called at --address, as HOST:PORT with --cert, --key and --ca, or at its "
             "admin socket, as unix:/run/mrg/admin.sock, with none of them."), "\n",
        ".SH COMMANDS\n"]
    for family in root.subcommands:
        for command in command_tree.every(family):
            if command.subcommands:
                page.append(".SS %s\n%s\n%s" % (
                    text(" ".join(command.words)), text(command.what), options(command)))
            else:
                page.append(".SS %s\n%s\n%s" % (
                    text(usage(command)), text(command.what), options(command)))
                # Of a terminal that may know no Chinese.
                if command.example and command.example.isascii():
                    page.append(".PP\nExample:\n.br\n.B %s\n" % text(command.example))
    page += [
        ".SH EXIT STATUS\n", tagged(EXIT_CODES["mrgctl"]),
        ".SH FILES\n", tagged([
            (EXAMPLES, "the samples that help and pages name as deploy/packs and deploy/regions"),
            (PAGES, "the pages that they name as gateway/docs, with the package mrg-node"),
            ("$XDG_STATE_HOME/mrg or ~/.local/state/mrg", "what mrgctl log trusts and keeps")]),
        ".SH SEE ALSO\n.BR mrgd (8)\n"]
    return "".join(page)
