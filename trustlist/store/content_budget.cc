#include "trustlist/store/content_budget.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/ordered_key.h"
#include "trustlist/store/stored_keys.h"

namespace mrg {
namespace {

// More members than a federation has.
constexpr size_t kPublishersMax = 4096;

struct Level {
  uint64_t bytes = 0;
  absl::Time at = absl::InfinitePast();
};

absl::StatusOr<Level> LevelIn(absl::string_view value) {
  OrderedKeyReader reader(value);
  Level level;
  MRG_ASSIGN_OR_RETURN(level.bytes, reader.U64());
  MRG_ASSIGN_OR_RETURN(level.at, reader.Time());
  return level;
}

// What is left of the level at `now`; a clock that stepped back forgets nothing.
uint64_t Left(const Level& level, uint64_t per_day, absl::Time now) {
  if (now <= level.at) return level.bytes;
  const double days = absl::FDivDuration(now - level.at, absl::Hours(24));
  const double forgotten = days * static_cast<double>(per_day);
  if (forgotten >= static_cast<double>(level.bytes)) return 0;
  return level.bytes - static_cast<uint64_t>(forgotten);
}

absl::Status TooMuch(absl::string_view whose, uint64_t bytes_max) {
  return MakeError(Reason::kMetadataTooLong,
                   absl::StrCat("content: expected at most ", bytes_max, " bytes at once of ",
                                whose, "; more is taken as time goes by"));
}

}  // namespace

absl::Status ContentBudget::Spend(const MemberId& publisher, uint64_t bytes, absl::Time now) {
  const std::string begin = ContentLevelsKey();
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows, store_->Scan(Keyspace::kTrustMetadata, begin,
                                                                 PrefixEnd(begin), kPublishersMax));
  const std::string key = ContentLevelKey(publisher);
  uint64_t own = 0;
  uint64_t all = 0;
  std::optional<uint64_t> own_version;
  for (const Row& row : rows) {
    MRG_ASSIGN_OR_RETURN(const Level level, LevelIn(row.value));
    const uint64_t left = Left(level, limits_.member_bytes_per_day, now);
    all += left;
    if (row.key != key) continue;
    own = left;
    own_version = row.version;
    // Or each step back of the clock would be counted as time gone by when it comes forward.
    now = std::max(now, level.at);
  }
  if (bytes > limits_.member_bytes_max || own > limits_.member_bytes_max - bytes) {
    return TooMuch(publisher.value(), limits_.member_bytes_max);
  }
  if (bytes > limits_.all_bytes_max || all > limits_.all_bytes_max - bytes) {
    return TooMuch("all members", limits_.all_bytes_max);
  }
  WriteSet writes;
  if (own_version.has_value()) {
    writes.RequireVersion(Keyspace::kTrustMetadata, key, *own_version);
  } else {
    writes.RequireAbsent(Keyspace::kTrustMetadata, key);
  }
  writes.Put(Keyspace::kTrustMetadata, key, OrderedKey().U64(own + bytes).Time(now).Take());
  // With the blobs that it counts, which may be lost as well.
  writes.AllowLoss();
  return store_->Commit(writes).status;
}

}  // namespace mrg
