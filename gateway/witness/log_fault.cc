#include "gateway/witness/log_fault.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

constexpr char kFaultRow[] = "log-fault";

}  // namespace

std::string LogFault::Key() const { return OrderedKey().Text(kFaultRow).Text(origin_).Take(); }

absl::Status LogFault::Kept() const {
  MRG_ASSIGN_OR_RETURN(const std::optional<Versioned> row,
                       store_->Get(Keyspace::kNodeState, Key()));
  if (!row.has_value()) return absl::OkStatus();
  return MakeError(Reason::kStoreCorrupt, absl::StrCat(row->value, " (found before this start)"));
}

absl::Status LogFault::Keep(const absl::Status& fault) {
  absl::string_view text = fault.message();
  absl::ConsumePrefix(&text, absl::StrCat(TokenOf(Reason::kStoreCorrupt), ": "));
  WriteSet writes;
  writes.Put(Keyspace::kNodeState, Key(), std::string(text));
  return store_->Commit(writes).status;
}

absl::Status LogFault::Forget() {
  WriteSet writes;
  writes.Delete(Keyspace::kNodeState, Key());
  return store_->Commit(writes).status;
}

}  // namespace mrg
