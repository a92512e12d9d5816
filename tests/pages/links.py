"""Whether the links of the project's pages lead somewhere. No network: an address outside is judged
by its form only."""

import os
import urllib.parse


def faults(path, page, folder, page_at):
    """Result: one line for each link of the page at `path` (below `folder`) that leads nowhere,
    with what was expected. `page_at` gives the page at a path."""
    found = []
    for link in page.links:
        fault = (_fault_of_address(link.target) if ":" in link.target.split("/")[0] else
                 _fault_of_path(path, link.target, folder, page_at))
        if fault:
            found.append("%s:%d: %s: %s" % (path, link.line, link.target or "an empty link", fault))
    for number, line in enumerate(page.plain_lines, 1):
        if "][" in line or line.startswith("[") and "]: " in line:
            found.append("%s:%d: expected links of the form [text](target)" % (path, number))
    return found


def resolve(path, target):
    """Where a link of the page at `path` leads: (path below the project's folder, heading)."""
    place, _, heading = target.partition("#")
    place = urllib.parse.unquote(place)
    where = os.path.normpath(os.path.join(os.path.dirname(path), place)) if place else path
    return where, urllib.parse.unquote(heading)


def _fault_of_address(target):
    try:
        parts = urllib.parse.urlsplit(target)
        port_can_be_read = parts.port is None or parts.port > 0
    except ValueError:
        return "expected an address that can be read"
    if parts.scheme not in ("http", "https"):
        return "expected a path, http or https"
    host = parts.hostname or ""
    if not port_can_be_read or parts.username is not None or "." not in host.strip("."):
        return "expected the full name of a host after %s://" % parts.scheme
    return None


def _fault_of_path(path, target, folder, page_at):
    where, heading = resolve(path, target)
    if not target or target.startswith("/") or where.startswith(".."):
        return "expected a path below the project's folder, beginning at the page"
    if not os.path.exists(os.path.join(folder, where)):
        return "there is no %s" % where
    if os.path.isdir(os.path.join(folder, where)) != target.partition("#")[0].endswith("/"):
        if target.partition("#")[0]:
            return "expected a / at the end of a folder and of nothing else"
    if "#" not in target:
        return None
    if not where.endswith(".md"):
        return "expected a heading of a page only"
    if heading not in [one.slug for one in page_at(where).headings]:
        return "%s has no heading of this name" % where
    return None
