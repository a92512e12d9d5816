#ifndef MRG_TRUSTLIST_CLIENT_SET_CONTENT_H_
#define MRG_TRUSTLIST_CLIENT_SET_CONTENT_H_

// The content of a verified set (TUF 5.7): every listed target and every node of the listed trees,
// fetched where it is not held yet and checked against what was listed.
//
// Threads: as the fetcher.

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "trustlist/client/client_workflow.h"
#include "trustlist/client/fetcher.h"
#include "trustlist/client/tree_sync.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/store/blob_reader.h"
#include "trustlist/store/in_force.h"

namespace mrg {

// Told how far each tree is while it is fetched; `path` is that of its target.
using LoadProgressFn =
    std::function<void(absl::string_view path, const TreeSyncProgress& progress)>;

struct SetContentOptions {
  MetadataLimits limits = {};
  LoadProgressFn progress = {};  // may be empty
  StopFn stop = {};              // may be empty
};

// Goes through the content of `set`. `present`: a set whose content is held whole, so that what the
// two share is not looked at; may be null. `held` has what need not be fetched; `keep` is given
// what was: SHA-256 -> bytes, each what its digest says, and `held` reads it from then on. Errors:
// METADATA_TOO_LONG (too many targets or nodes, a target too long), TARGET_NOT_FOUND,
// METADATA_MISMATCH (not what was listed), TREE_NODE_NOT_FOUND, TREE_NODE_MALFORMED, FETCH_FAILED
// also when stopped, and what `held` and `keep` gave.
absl::Status FetchSetContent(const InForceSet& set, const InForceSet* present, Fetcher* fetcher,
                             const BlobReader& held, const KeepNodesFn& keep,
                             const SetContentOptions& options);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_CLIENT_SET_CONTENT_H_
