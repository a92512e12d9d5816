#ifndef MRG_TRUSTLIST_FORMAT_METADATA_LIMITS_H_
#define MRG_TRUSTLIST_FORMAT_METADATA_LIMITS_H_

// Bounds of the trust exchange: how much a peer may make a client read, store or follow. A fetch is
// cut at its bound, so that endless data costs bounded memory (docs/threats.md T05).

#include <cstddef>
#include <cstdint>

namespace mrg {

struct MetadataLimits {
  // Bytes of one metadata file, by role. Root and timestamp are small by nature; a snapshot names
  // some hundred roles; targets files go through AdminService, which takes 1 MiB a file.
  size_t root_bytes_max = 512 * 1024;
  size_t timestamp_bytes_max = 16 * 1024;
  size_t snapshot_bytes_max = 1024 * 1024;
  size_t targets_bytes_max = 1024 * 1024;
  // Bytes of one target; larger content is published as a prefix tree.
  size_t target_bytes_max = 1024 * 1024;
  // New roots followed in one refresh (TUF 5.3.3 asks for a bound).
  int root_rotations_max = 256;
  // Delegated roles of one repository: some per province.
  size_t delegated_roles_max = 64;
  // Targets of one repository.
  size_t targets_max = 16 * 1024;
  // Nodes fetched in one refresh, of all lists together: a list of 16 million entries. How many
  // bytes they have is bounded by the member's budget (store/content_budget.h).
  size_t tree_nodes_max = size_t{1} << 20;
};

// The highest version that is published: four thousand million versions are left below 2^53, the
// last number that every reader of JSON holds.
inline constexpr int64_t kPublishedVersionMax = (int64_t{1} << 53) - (int64_t{1} << 32);
// Versions that counting one by one, or by the day, comes to. Above it somebody has set a version
// very high, and the node begins its own roles anew when keys are rotated (TUF 5.3.11).
inline constexpr int64_t kUsualVersionMax = int64_t{1} << 32;
// Nodes asked for in one call (TrustRepositoryService.GetTreeNodes).
inline constexpr size_t kNodesPerFetchMax = 256;
// Bytes after which an answer with nodes stops, unless it would be empty.
inline constexpr size_t kNodeAnswerBytesMax = 512 * 1024;
// Timestamps in one answer (TrustRepositoryService.ListTimestamps), and the bytes after which it
// stops, unless it would be empty. With the renewal of every 20 minutes, 31 days are three answers.
inline constexpr size_t kTimestampsPerFetchMax = 1024;
inline constexpr size_t kTimestampAnswerBytesMax = size_t{1} << 20;
// Timestamps between two trusted ones that a client goes through at most: those of 31 days, one
// every 54 seconds. A publisher keeps no more.
inline constexpr int64_t kTimestampGapMax = 50'000;
// Bytes of one tree node: 64 entries of 64 KiB, with room for their ids.
inline constexpr size_t kTreeNodeBytesMax = size_t{5} << 20;
// Bytes of any message of TrustRepositoryService; what a client channel must accept.
inline constexpr size_t kTrustMessageBytesMax = size_t{6} << 20;
// Bytes of blobs held in memory before they are committed while a tree is fetched.
inline constexpr size_t kBlobBatchBytesMax = size_t{4} << 20;

}  // namespace mrg

#endif  // MRG_TRUSTLIST_FORMAT_METADATA_LIMITS_H_
