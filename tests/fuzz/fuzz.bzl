"""One fuzz target: a test that replays its corpus, or with --config=fuzz a libFuzzer binary."""

load("//deploy/bazel:cc.bzl", "cc_test")

def fuzz_test(name, src, deps):
    """Makes NAME_fuzz_test of the target in `src` over the files in corpus/NAME.

    Under --config=fuzz it is run by hand: bazel-bin/tests/fuzz/NAME_fuzz_test tests/fuzz/corpus/NAME
    """
    cc_test(
        name = name + "_fuzz_test",
        srcs = [src],
        data = native.glob(["corpus/" + name + "/*"]),
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
