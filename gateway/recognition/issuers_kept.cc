#include "gateway/recognition/issuers_kept.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/prefix_tree/tree_diff.h"

namespace mrg {
namespace {

constexpr absl::string_view kInstead =
    ": entries are never deleted; a key that is no longer used is retired by its states";

absl::Status Refused(absl::string_view expected) {
  return MakeFieldError(Reason::kIssuerListInvalid, "entries", absl::StrCat(expected, kInstead));
}

}  // namespace

absl::Status CheckIssuersKept(absl::string_view before_root, absl::string_view after_root,
                              const NodeSource& nodes) {
  return ForEachDifference(before_root, after_root, nodes, [](const EntryDifference& entry) {
    if (entry.after.has_value()) return absl::OkStatus();
    return Refused(absl::StrCat("expected ", absl::CHexEscape(entry.id), ", which is listed"));
  });
}

absl::Status IssuersNoLongerListed() { return Refused("expected the list that is in force"); }

}  // namespace mrg
