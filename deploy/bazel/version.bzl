"""The release that this tree is, or will be; CHANGELOG.md tells what it brings."""

VERSION = "0.1.0"
