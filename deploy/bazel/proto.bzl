"""C++ code from .proto files with the system protoc.

mrg_cc_proto gives the messages; mrg_cc_grpc gives the service stubs of the same files, so that a
package which only uses messages does not link gRPC."""

load(":cc.bzl", "cc_library")

_ProtoSources = provider(fields = ["files"])

def _outputs(ctx, kinds):
    root = ctx.label.package
    hdrs, srcs, names = [], [], []
    for src in ctx.files.srcs:
        name = src.short_path[len(root) + 1:]
        names.append(name)
        for kind in kinds:
            hdrs.append(ctx.actions.declare_file(name[:-len(".proto")] + kind + ".h"))
            srcs.append(ctx.actions.declare_file(name[:-len(".proto")] + kind + ".cc"))
    return hdrs, srcs, names

def _generate_impl(ctx):
    files = depset(ctx.files.srcs, transitive = [d[_ProtoSources].files for d in ctx.attr.deps])
    root = ctx.label.package  # import paths are relative to the package, i.e. to proto/
    hdrs, srcs, names = _outputs(ctx, [".grpc.pb"] if ctx.attr.grpc else [".pb"])
    out = ctx.bin_dir.path + "/" + root
    args = ctx.actions.args()
    args.add_all(["-I" + root, "-I/usr/include"])
    if ctx.attr.grpc:
        args.add("--plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin")
        args.add("--grpc_out=" + out)
    else:
        args.add("--cpp_out=" + out)
    args.add_all(names)
    ctx.actions.run(
        executable = "/usr/bin/protoc",
        arguments = [args],
        inputs = files,
        outputs = hdrs + srcs,
        mnemonic = "Protoc",
        progress_message = "Generating C++ for %s" % ctx.label,
    )
    return [
        DefaultInfo(files = depset(hdrs + srcs)),
        OutputGroupInfo(hdrs = depset(hdrs), srcs = depset(srcs)),
        _ProtoSources(files = files),
    ]

_generate = rule(
    implementation = _generate_impl,
    attrs = {
        "srcs": attr.label_list(allow_files = [".proto"], mandatory = True),
        "deps": attr.label_list(providers = [_ProtoSources]),
        "grpc": attr.bool(),
    },
)

def _library(name, srcs, generate_deps, grpc, deps):
    _generate(name = name + "_gen", srcs = srcs, deps = generate_deps, grpc = grpc)
    native.filegroup(name = name + "_hdrs", srcs = [name + "_gen"], output_group = "hdrs")
    native.filegroup(name = name + "_srcs", srcs = [name + "_gen"], output_group = "srcs")
    cc_library(
        name = name,
        srcs = [name + "_srcs"],
        hdrs = [name + "_hdrs"],
        copts = ["-w"],
        includes = ["."],
        deps = deps,
        visibility = ["//visibility:public"],
    )

def mrg_cc_proto(name, srcs, deps = []):
    """Messages of srcs; deps are other mrg_cc_proto targets of this package."""
    _library(name, srcs, [d + "_gen" for d in deps], False, deps + ["//deploy/bazel/lib:protobuf"])

def mrg_cc_grpc(name, srcs, messages, deps = []):
    """Service stubs of srcs, whose messages are the mrg_cc_proto target `messages`."""
    _library(
        name,
        srcs,
        [messages + "_gen"] + [d + "_gen" for d in deps],
        True,
        [messages] + deps + ["//deploy/bazel/lib:grpc"],
    )
