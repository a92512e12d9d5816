#include "gateway/witness/log_keepers.h"

#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

constexpr char kKeeperRows[] = "log-keeper";
// One a peer; members come and go seldom.
constexpr size_t kKeepersMax = 1024;

}  // namespace

std::string LogKeepers::Prefix() const {
  return OrderedKey().Text(kKeeperRows).Text(origin_).Take();
}

absl::StatusOr<std::set<MemberId>> LogKeepers::All() const {
  const std::string begin = Prefix();
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                       store_->Scan(Keyspace::kNodeState, begin, PrefixEnd(begin), kKeepersMax));
  std::set<MemberId> peers;
  for (const Row& row : rows) {
    auto peer = MemberId::Parse(absl::string_view(row.key).substr(begin.size()));
    if (!peer.ok()) {
      return MakeError(Reason::kStoreCorrupt, "a row of who keeps the log names no member");
    }
    peers.insert(*std::move(peer));
  }
  return peers;
}

absl::Status LogKeepers::Note(const MemberId& peer) {
  WriteSet writes;
  writes.Put(Keyspace::kNodeState, OrderedKey().Raw(Prefix()).Raw(peer.value()).Take(), "");
  return store_->Commit(writes).status;
}

}  // namespace mrg
