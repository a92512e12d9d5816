// Any bytes as a metadata file of any role, and a search for each target that it lists.

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "tests/fuzz/property.h"
#include "trustlist/format/delegation_search.h"
#include "trustlist/format/role_threshold.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/snapshot_metadata.h"
#include "trustlist/format/targets_metadata.h"
#include "trustlist/format/timestamp_metadata.h"

namespace mrg {
namespace {

void Search(const TargetsMetadata& targets) {
  const auto lookup = [&targets](absl::string_view,
                                 absl::string_view) -> absl::StatusOr<const TargetsMetadata*> {
    return &targets;
  };
  MatchWork work(100'000);
  for (const auto& [path, file] : targets.targets) {
    const auto found = FindTarget(path, lookup, &work);
    Require(!found.ok() || found->has_value(), "what the first role lists is found");
    Require(file.Usable() || !file.Fits(""), "nothing fits an entry without digests");
  }
  if (!FindTarget("a/path/that/is/not/listed", lookup, &work).ok()) {
    Require(!work.Check().ok(), "a search fails only when its work runs out");
  }
}

void ReadFile(absl::string_view bytes) {
  const auto envelope = SignedEnvelope::Parse(bytes);
  if (!envelope.ok()) return;
  if (const auto root = RootMetadata::Parse(*envelope); root.ok()) {
    for (const auto& [role, keys] : root->roles) {
      CheckThreshold(*envelope, root->keys, keys).IgnoreError();
    }
  }
  TimestampMetadata::Parse(*envelope).status().IgnoreError();
  SnapshotMetadata::Parse(*envelope).status().IgnoreError();
  const auto targets = TargetsMetadata::Parse(*envelope);
  if (!targets.ok()) return;
  targets->CheckNames().IgnoreError();
  Search(*targets);
}

}  // namespace
}  // namespace mrg

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  mrg::ReadFile(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
