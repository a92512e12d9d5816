#include "gateway/receipt/idempotency.h"

#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "gateway/storage/keyspace.h"
#include "gateway/storage/ordered_key.h"

namespace mrg {
namespace {

// Two kinds of rows share the keyspace: the request itself and the index by age.
constexpr absl::string_view kRequestRows = "request";
constexpr absl::string_view kAgeRows = "age";

std::string AgeKey(absl::Time decided_at, const std::string& store_key) {
  return OrderedKey().Text(kAgeRows).Time(decided_at).Text(store_key).Take();
}

}  // namespace

std::string RequestStoreKey(const SpiffeId& caller, const RequestId& request_id) {
  return OrderedKey().Text(kRequestRows).Text(caller.value()).Text(request_id.value()).Take();
}

std::string RequestBodyHmac(absl::string_view idempotency_key,
                            absl::string_view canonical_request) {
  return HmacSha256(idempotency_key, canonical_request);
}

void PutStoredRequest(const std::string& store_key, const gateway::v1::StoredRequest& stored,
                      WriteSet* writes) {
  writes->Put(Keyspace::kRequest, store_key, CanonicalBytes(stored));
  writes->Put(Keyspace::kRequest, AgeKey(absl::FromUnixMicros(stored.decided_at_us()), store_key),
              store_key);
}

absl::StatusOr<std::optional<gateway::v1::StoredRequest>> ReadStoredRequest(
    const OrderedStore& store, const std::string& store_key) {
  MRG_ASSIGN_OR_RETURN(const std::optional<Versioned> row,
                       store.Get(Keyspace::kRequest, store_key));
  if (!row.has_value()) return std::optional<gateway::v1::StoredRequest>();
  MRG_ASSIGN_OR_RETURN(
      gateway::v1::StoredRequest stored,
      ParseCanonical<gateway::v1::StoredRequest>(row->value, Reason::kStoreCorrupt));
  return std::optional<gateway::v1::StoredRequest>(std::move(stored));
}

absl::StatusOr<size_t> ForgetOldRequests(OrderedStore& store, absl::Time now, size_t limit) {
  const std::string begin = OrderedKey().Text(kAgeRows).Take();
  const std::string end = OrderedKey().Text(kAgeRows).Time(now - kRequestMemory).Take();
  MRG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                       store.Scan(Keyspace::kRequest, begin, end, limit));
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
