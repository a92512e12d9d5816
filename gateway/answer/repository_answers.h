#ifndef MRG_GATEWAY_ANSWER_REPOSITORY_ANSWERS_H_
#define MRG_GATEWAY_ANSWER_REPOSITORY_ANSWERS_H_

// The answers of TrustRepositoryService but for heads: the files of the repositories that the node
// holds, its own and those that it follows. What they say is for the client to check.
//
// Thread-safe: functions over a thread-safe reader.

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "mrg/trustlist/v1/trust_repository.pb.h"
#include "trustlist/repository/repository_reader.h"

namespace mrg {

// Errors of all: FIELD_REQUIRED, FIELD_TOO_LONG, FIELD_NOT_UTF8, FIELD_MALFORMED with the field's
// path; as the reader's own.
absl::StatusOr<trustlist::v1::GetMetadataResponse> GetMetadata(
    const RepositoryReader& reader, const trustlist::v1::GetMetadataRequest& message);
// Result: also where to go on when the answer ends before the last version asked for.
absl::StatusOr<trustlist::v1::ListTimestampsResponse> ListTimestamps(
    const RepositoryReader& reader, const trustlist::v1::ListTimestampsRequest& message);
absl::StatusOr<trustlist::v1::GetTargetResponse> GetTarget(
    const RepositoryReader& reader, const trustlist::v1::GetTargetRequest& message);
absl::StatusOr<trustlist::v1::GetTreeNodesResponse> GetTreeNodes(
    const RepositoryReader& reader, const trustlist::v1::GetTreeNodesRequest& message);

// Result: whose changes the caller of Watch wants to hear of; empty: all.
absl::StatusOr<std::set<std::string>> WatchedPublishers(const trustlist::v1::WatchRequest& message);

}  // namespace mrg

#endif  // MRG_GATEWAY_ANSWER_REPOSITORY_ANSWERS_H_
