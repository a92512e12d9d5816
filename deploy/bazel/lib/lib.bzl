"""system_library: a library of the distribution, seen by Bazel as a link line."""

def system_library(name, libs, deps = [], defines = [], testonly = False, visibility = None):
    """Links libs where they are used; their headers are on the compiler's built-in path."""
    native.cc_library(
        name = name,
        linkopts = ["-Wl,--push-state,--as-needed"] + ["-l" + lib for lib in libs] + ["-Wl,--pop-state"],
        defines = defines,
        deps = deps,
        testonly = testonly,
        visibility = visibility,
    )
