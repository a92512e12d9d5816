#ifndef MRG_GATEWAY_CLI_LOG_SERVED_LOG_H_
#define MRG_GATEWAY_CLI_LOG_SERVED_LOG_H_

// A node's log as its AuditService serves it. The node is not believed: what is given out here is
// proved under a checkpoint, or its name says that it is not.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/leaf_root.h"
#include "gateway/cli/api_channel.h"
#include "grpcpp/channel.h"
#include "mrg/audit/v1/audit.grpc.pb.h"

namespace mrg {

// Errors of all that call: what the node answered; Unimplemented and Unavailable name --address.
// `newest` is everywhere a checkpoint whose signature was verified.
// Threads: an object belongs to one thread.
class ServedLog {
 public:
  ServedLog(const ApiChannelFlags& flags, const std::shared_ptr<grpc::Channel>& channel);

  // Result: the newest signed note, of which nothing was verified.
  absl::StatusOr<std::string> UnverifiedNewestNote() const;

  // Result: 1 to `most` leaves from `first` on, of which nothing was verified.
  // REQUIRES: 1 <= most. Errors also: DataLoss when the node gives none, or others.
  absl::StatusOr<std::vector<std::string>> UnverifiedPage(uint64_t first, uint64_t most) const;

  // Proves that the log of `older` is the beginning of that of `newer`.
  // REQUIRES: 1 <= older.size. Errors also: LOG_CONTRADICTED when it is not.
  absl::Status CheckContinues(const Checkpoint& older, const Checkpoint& newer) const;

  // Result: the tree of the first `size` records, proved to be the beginning of `newest`'s, to go
  // on with. REQUIRES: size < newest.size. Errors also: LOG_CONTRADICTED.
  absl::StatusOr<LeafRoot> Beginning(uint64_t size, const Checkpoint& newest) const;
  // Result: its checkpoint, unsigned. REQUIRES: 1 <= size <= newest.size. Errors as Beginning.
  absl::StatusOr<Checkpoint> CheckpointAt(uint64_t size, const Checkpoint& newest) const;

  // Proves that `leaf` is the record `index` of the log. REQUIRES: index < newest.size.
  // Errors also: RECEIPT_PROOF_INVALID when it is not.
  absl::Status CheckRecord(uint64_t index, absl::string_view leaf, const Checkpoint& newest) const;
  // Result: the record's leaf, proved. Errors as CheckRecord and UnverifiedPage.
  absl::StatusOr<std::string> Record(uint64_t index, const Checkpoint& newest) const;

 private:
  absl::Status ToStatus(const grpc::Status& answer, absl::string_view method) const;
  absl::StatusOr<std::vector<std::string>> InclusionProof(uint64_t index, uint64_t size) const;

  ApiChannelFlags flags_;
  std::unique_ptr<audit::v1::AuditService::Stub> stub_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_LOG_SERVED_LOG_H_
