#ifndef MRG_GATEWAY_SNAPSHOT_LISTED_CONTENT_H_
#define MRG_GATEWAY_SNAPSHOT_LISTED_CONTENT_H_

// What one publisher lists for decisions, read from its verified files: dictionaries, and of each
// province issuers, catalogue, licence status, packs, agreements and repeals. Whether it counts is
// not asked here (snapshot_builder.h), nor what only a dictionary can judge: catalogue and packs.
//
// Thread-safe: pure functions but for reading blobs.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/agreement/agreement_history.h"
#include "gateway/base/target_paths.h"
#include "gateway/catalogue/dictionary.h"
#include "gateway/recognition/issuer_list.h"
#include "gateway/recognition/licence_status.h"
#include "gateway/recognition/recognition_snapshot.h"
#include "trustlist/store/blob_reader.h"
#include "trustlist/store/in_force.h"

namespace mrg {

struct ListedDictionary {
  TargetFact target;
  std::shared_ptr<const Dictionary> dictionary;  // never null
};

// The trees of one province; null or without path: not listed.
struct ListedProvince {
  std::shared_ptr<const IssuerList> issuers;
  std::shared_ptr<const LicenceStatusList> statuses;
  TargetFact issuers_target;
  TargetFact catalogue_target;
  TargetFact status_target;
  std::vector<TargetFact> packs;
  std::vector<AgreementListing> agreements;
  std::vector<RepealListing> repeals;
};

struct ListedContent {
  std::map<uint64_t, ListedDictionary> dictionaries;  // by version
  std::map<std::string, ListedProvince> provinces;    // by jurisdiction
};

// Reads the content of `set`; targets of other kinds are passed over. `previous`: what is in force
// of the publisher, whose unchanged parts are shared; null: none.
// Errors: METADATA_MALFORMED for a path that no target has, a tree listed as a file or the other
// way round, and a province's target under another province's role; ISSUER_LIST_INVALID,
// STATUS_LIST_INVALID, DICTIONARY_INVALID; AGREEMENT_INVALID, also for more agreements and repeals
// than a member may list (limits.h), and PACK_INVALID for more packs; STORE_UNAVAILABLE,
// STORE_CORRUPT, TREE_NODE_NOT_FOUND when a blob cannot be read; all with "<publisher>:<path>" as
// the field.
absl::StatusOr<ListedContent> ReadListedContent(const InForceSet& set, const BlobReader& blobs,
                                                const ListedContent* previous = nullptr);

// Result: `status`, of what stands at `path`, with "<publisher>:<path>" as its field.
absl::Status AtTarget(const MemberId& publisher, absl::string_view path,
                      const absl::Status& status);

}  // namespace mrg

#endif  // MRG_GATEWAY_SNAPSHOT_LISTED_CONTENT_H_
