#ifndef MRG_GATEWAY_RECOGNITION_TESTING_LIST_TREES_H_
#define MRG_GATEWAY_RECOGNITION_TESTING_LIST_TREES_H_

// Issuer and status lists from entries, by way of the trees in which they are published.
//
// Thread-safe: pure functions.

#include <vector>

#include "absl/status/statusor.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/recognition/issuer_list.h"
#include "gateway/recognition/licence_status.h"
#include "mrg/gateway/v1/issuer.pb.h"
#include "mrg/gateway/v1/status.pb.h"

namespace mrg {

// Result: the entries under their ids in the tree.
std::vector<TreeEntry> IssuerEntries(const std::vector<gateway::v1::IssuerEntry>& entries);
std::vector<TreeEntry> StatusEntries(const std::vector<gateway::v1::LicenceStatusEntry>& entries);

// Result: the list of a tree that holds just these. Errors: as BuildTree and Load.
absl::StatusOr<IssuerList> LoadIssuers(const std::vector<TreeEntry>& entries);
absl::StatusOr<LicenceStatusList> LoadStatuses(const std::vector<TreeEntry>& entries);

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_TESTING_LIST_TREES_H_
