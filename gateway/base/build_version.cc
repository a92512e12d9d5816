#include "gateway/base/build_version.h"

namespace mrg {

// Of build_revision.cc, which Bazel compiles for each program when it links it.
extern const char kBuildRevision[];

BuildText BuildVersion() { return BuildText(MRG_VERSION); }

BuildText BuildRevision() {
  const absl::string_view revision = kBuildRevision;
  // "0": what Bazel says without --stamp.
  return BuildText(revision == "0" ? "unknown" : revision);
}

}  // namespace mrg
