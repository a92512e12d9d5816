#ifndef MRG_GATEWAY_RECOGNITION_LICENCE_STATUS_H_
#define MRG_GATEWAY_RECOGNITION_LICENCE_STATUS_H_

// The status list of one jurisdiction: what is known of single licences, found by licence_tag.
// Entries are kept as they were published and decoded when they are asked for; a list made of an
// earlier one shares with it what did not change (ADR-0012). It knows which epochs of the
// licence-tag key its entries stand under, so that none of them is passed over (ADR-0017).
//
// Thread-safe: immutable after construction.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/reason.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/prefix_tree/tree_image.h"
#include "mrg/gateway/v1/status.pb.h"

namespace mrg {

// Result: the id of an entry in the status tree, "<epoch>/<hex tag>".
std::string LicenceStatusId(uint32_t epoch, absl::string_view tag);

// Whether the interval has ended at `at`, however it began. Pure.
bool IsOver(const gateway::v1::LicenceStatusInterval& interval, absl::Time at);

// Whether what the interval says is so at `at`. Who writes a list judges by this, too: a revocation
// that he takes for one that stands is one that every reader finds. Pure.
bool HoldsAt(const gateway::v1::LicenceStatusInterval& interval, absl::Time at);

// What the list says of a licence at one instant.
struct LicenceStatusVerdict {
  // LICENCE_REVOKED, LICENCE_CANCELLED or LICENCE_SUSPENDED; nullopt when none holds.
  std::optional<Reason> refusal;
  bool under_dispute = false;
};

class LicenceStatusList {
 public:
  // Reads the status tree at `root_sha256` (32 raw bytes). `earlier`: a list to share with; null:
  // none. The result is the same with and without; the work is that of the changes.
  // Errors: STATUS_LIST_INVALID, naming the field, also when an entry stands under another id than
  // its own, or the entries under more than kTagEpochsMax epochs; as TreeImage::Load.
  static absl::StatusOr<LicenceStatusList> Load(absl::string_view root_sha256,
                                                const NodeSource& nodes,
                                                const LicenceStatusList* earlier = nullptr);

  // Result: the verdict on the licence with this tag at `now`; nothing holds when it is not listed.
  LicenceStatusVerdict At(uint32_t epoch, absl::string_view tag, absl::Time now) const;

  // The same of the licence with these tags, by epoch: what holds under any of them. Of refusals
  // the gravest.
  LicenceStatusVerdict AtAny(const std::map<uint32_t, std::string>& tags, absl::Time now) const;

  // Result: the epochs that entries stand under, each with their number, never 0. Whoever asks
  // about a licence asks under all of them.
  const std::map<uint32_t, uint64_t>& epochs() const { return epochs_; }

  uint64_t size() const { return entries_.size(); }

 private:
  LicenceStatusList(TreeImage entries, std::map<uint32_t, uint64_t> epochs)
      : entries_(std::move(entries)), epochs_(std::move(epochs)) {}

  TreeImage entries_;  // tagged with the first bytes of the licence_tag
  std::map<uint32_t, uint64_t> epochs_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_LICENCE_STATUS_H_
