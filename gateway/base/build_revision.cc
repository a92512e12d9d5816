// Compiled by Bazel when a program is linked (linkstamp), with the definitions of the state that it
// is made from; without dependencies, therefore.

namespace mrg {

extern const char kBuildRevision[];
const char kBuildRevision[] = BUILD_SCM_REVISION;

}  // namespace mrg
