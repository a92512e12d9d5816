#include "gateway/request_memory/request_memory.h"

#include <utility>
#include <vector>

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/ordered_key.h"
#include "mrg/gateway/v1/stored_request.pb.h"

namespace mrg {
namespace {

using gateway::v1::StoredRequest;

// Two kinds of rows share the keyspace, besides running_day.h's: the request itself and the index
// by age.
//   ("request", kind, caller, request id) -> StoredRequest
//   ("age", answered at, key of the request) -> key of the request
constexpr absl::string_view kRequestRows = "request";
constexpr absl::string_view kAgeRows = "age";

absl::string_view TextOf(RequestKind kind) {
  switch (kind) {
    case RequestKind::kRecognition:
      return "recognition";
    case RequestKind::kStatusChange:
      return "status-change";
    case RequestKind::kDispute:
      return "dispute";
  }
  return "";
}

}  // namespace

std::string RequestBodyHmac(absl::string_view idempotency_key,
                            absl::string_view canonical_request) {
  return HmacSha256(idempotency_key, canonical_request);
}

std::string RequestStoreKey(const RequestName& name) {
  return OrderedKey()
      .Text(kRequestRows)
      .Text(TextOf(name.kind))
      .Text(name.caller.value())
      .Text(name.id.value())
      .Take();
}

void Remember(const RequestName& name, const AnsweredRequest& answered, WriteSet* writes) {
  StoredRequest stored;
  stored.set_body_digest(answered.body_digest);
  stored.set_answer(answered.answer);
  const std::string key = RequestStoreKey(name);
  writes->Put(Keyspace::kRequest, key, CanonicalBytes(stored));
  writes->Put(Keyspace::kRequest, OrderedKey().Text(kAgeRows).Time(answered.at).Text(key).Take(),
              key);
}

void RememberFirst(const RequestName& name, const AnsweredRequest& answered, WriteSet* writes) {
  writes->RequireAbsent(Keyspace::kRequest, RequestStoreKey(name));
  Remember(name, answered, writes);
}

absl::StatusOr<std::optional<std::string>> RecallAnswer(const StoreReader& store,
                                                        const RequestName& name,
                                                        absl::string_view body_digest) {
  MRG_ASSIGN_OR_RETURN(const std::optional<Versioned> row,
                       store.Get(Keyspace::kRequest, RequestStoreKey(name)));
  if (!row.has_value()) return std::optional<std::string>();
  MRG_ASSIGN_OR_RETURN(StoredRequest stored,
                       ParseCanonical<StoredRequest>(row->value, Reason::kStoreCorrupt));
  if (stored.body_digest() != body_digest) {
    return MakeFieldError(Reason::kRequestIdReused, "request_id",
                          "expected a request id not used before, or the same body");
  }
  return std::optional<std::string>(std::move(*stored.mutable_answer()));
}

absl::StatusOr<size_t> ForgetOldRequests(OrderedStore& store, absl::Time begin, size_t limit) {
  const std::string first = OrderedKey().Text(kAgeRows).Take();
  const std::string end = OrderedKey().Text(kAgeRows).Time(begin).Take();
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                       store.Scan(Keyspace::kRequest, first, end, limit));
  if (rows.empty()) return 0;
  WriteSet writes;
  for (const Row& row : rows) {
    writes.Delete(Keyspace::kRequest, row.key);
    writes.Delete(Keyspace::kRequest, row.value);
  }
  const CommitResult result = store.Commit(writes);
  if (!result.committed()) return result.status;
  return rows.size();
}

}  // namespace mrg
