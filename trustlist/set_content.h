#ifndef MRG_TRUSTLIST_SET_CONTENT_H_
#define MRG_TRUSTLIST_SET_CONTENT_H_

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
#include "trustlist/blob_reader.h"
#include "trustlist/client_workflow.h"
#include "trustlist/fetcher.h"
#include "trustlist/in_force.h"
#include "trustlist/metadata_limits.h"
#include "trustlist/tree_sync.h"

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

#endif  // MRG_TRUSTLIST_SET_CONTENT_H_
