#ifndef MRG_GATEWAY_BASE_BUILD_VERSION_H_
#define MRG_GATEWAY_BASE_BUILD_VERSION_H_

// Which state of the project this program was made from.

#include "gateway/base/build_text.h"

namespace mrg {

// The release, MAJOR.MINOR.PATCH (semver.org 2.0).
BuildText BuildVersion();

// The commit, 40 hexadecimal digits, with "+changes" when files differed from it; "unknown" for a
// program that was not built with --config=release.
BuildText BuildRevision();

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_BUILD_VERSION_H_
