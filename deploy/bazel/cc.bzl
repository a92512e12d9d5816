"""cc_library, cc_test and cc_binary of this project: Bazel's own, with the precompiled system headers.

They save about two of the five seconds that a file costs (tests/bench/RESULTS.md). A target says
precompiled = False where its own defines would make the compiler read the header itself.
"""

_PLAIN = "mrg_precompiled"
_TEST = "mrg_precompiled_test"

def _with_header(rule, name, header, precompiled, kwargs):
    if precompiled and kwargs.get("srcs"):
        label = "//deploy/bazel/pch:" + header
        kwargs["deps"] = kwargs.get("deps", []) + select({
            "//deploy/bazel/pch:off": [],
            "//conditions:default": [label],
        })
        kwargs["copts"] = kwargs.get("copts", []) + select({
            "//deploy/bazel/pch:off": [],
            "//conditions:default": ["-include", header + ".h"],
        })
    rule(name = name, **kwargs)

def _header_of(kwargs):
    return _TEST if kwargs.get("testonly") else _PLAIN

def cc_library(name, precompiled = True, **kwargs):
    _with_header(native.cc_library, name, _header_of(kwargs), precompiled, kwargs)

def cc_binary(name, precompiled = True, **kwargs):
    _with_header(native.cc_binary, name, _header_of(kwargs), precompiled, kwargs)

def cc_test(name, precompiled = True, **kwargs):
    _with_header(native.cc_test, name, _TEST, precompiled, kwargs)
