"""One fuzz target: a test that replays its corpus, or with --config=fuzz a libFuzzer binary."""

load("//deploy/bazel:cc.bzl", "cc_test")

def fuzz_test(name, src, deps, data = []):
    """Makes NAME_fuzz_test of the target in `src` over the files in corpus/NAME.

    `./tests/run --fuzz` builds it under --config=fuzz and lets the fuzzer search from that corpus.
    """
    cc_test(
        name = name + "_fuzz_test",
        srcs = [src],
        data = native.glob(["corpus/" + name + "/*"]) + data,
        env = {"MRG_CORPUS": "tests/fuzz/corpus/" + name},
        linkopts = select({
            ":fuzz": ["-fsanitize=fuzzer"],
            "//conditions:default": [],
        }),
        deps = deps + [
            ":property",
            "//deploy/bazel/lib:absl",
        ] + select({
            ":fuzz": [],
            "//conditions:default": [":replay"],
        }),
    )
