#ifndef MRG_TRUSTLIST_BUNDLE_BUNDLE_NAME_H_
#define MRG_TRUSTLIST_BUNDLE_BUNDLE_NAME_H_

// The names of the files in a bundle, in the layout of a static mirror (mirror_fetcher.h), one
// folder a publisher. A bundle comes from outside, so only names that a publisher's repository can
// have pass: nothing absolute, climbing or doubled (docs/threats.md T09).
//   <publisher>/metadata/<n>.<role>.json, <publisher>/metadata/timestamp.json
//   <publisher>/targets/<folder>/<hex sha256>.<name>
//   <publisher>/nodes/<hex sha256>
//
// Thread-safe: pure functions.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"

namespace mrg {

struct BundleName {
  MemberId publisher;
  size_t bytes_max = 0;  // that a file of this kind can have
};

// Result: the parts of such a name. Errors: BUNDLE_MALFORMED.
absl::StatusOr<BundleName> ParseBundleName(absl::string_view name);

// Result: the name of a file; version 0 is the newest timestamp.
// REQUIRES: the parts are valid; digests have 32 raw bytes.
std::string BundledMetadata(const MemberId& publisher, absl::string_view role, int64_t version);
std::string BundledTarget(const MemberId& publisher, absl::string_view path,
                          absl::string_view sha256);
std::string BundledNode(const MemberId& publisher, absl::string_view sha256);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_BUNDLE_BUNDLE_NAME_H_
