"""Stand-ins for the repositories Bazel 4.2 would otherwise download, so that a build needs no network."""

def _files_repo_impl(ctx):
    ctx.file("WORKSPACE", "")
    for path, content in ctx.attr.files.items():
        ctx.file(path, content, executable = False)

_files_repo = repository_rule(
    implementation = _files_repo_impl,
    attrs = {"files": attr.string_dict()},
)

def _native(rules):
    return "\n".join(["%s = native.%s" % (r, r) for r in rules]) + "\n"

def offline_stubs():
    """Declares every repository that Bazel's own tools name."""
    _files_repo(name = "rules_cc", files = {
        "cc/BUILD": "",
        "cc/defs.bzl": _native([
            "cc_binary",
            "cc_import",
            "cc_library",
            "cc_test",
            "cc_toolchain",
            "cc_toolchain_suite",
            "objc_library",
        ]) + "compiler_flag = None\ncc_flags_supplier = None\n",
    })
    _files_repo(name = "rules_java", files = {
        "java/BUILD": "",
        "java/defs.bzl": _native([
            "java_binary",
            "java_import",
            "java_library",
            "java_runtime",
            "java_toolchain",
        ]),
    })
    _files_repo(name = "rules_proto", files = {
        "proto/BUILD": "",
        "proto/defs.bzl": _native(["proto_lang_toolchain", "proto_library"]),
    })
    _files_repo(name = "remote_coverage_tools", files = {
        "BUILD": 'filegroup(name = "coverage_report_generator", visibility = ["//visibility:public"])\n',
    })
