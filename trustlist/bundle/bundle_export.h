#ifndef MRG_TRUSTLIST_BUNDLE_BUNDLE_EXPORT_H_
#define MRG_TRUSTLIST_BUNDLE_BUNDLE_EXPORT_H_

// Collects what a client that knows only a publisher's first root needs, to be carried as a bundle.

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/storage/ordered_store.h"
#include "trustlist/client/fetcher.h"

namespace mrg {

// Takes one file under its name of bundle_name.h.
using PutBundledFileFn =
    std::function<absl::Status(const std::string& name, absl::string_view bytes)>;

// Follows `publisher` through `source` with an empty client, as an importing node will do, and
// gives `put` every file that the client asked for: so the bundle is complete, and what would be
// refused there is refused here. Behind them come the timestamps that the source keeps, the older
// ones first, so that a node which followed before can go from its own to the newest. The same
// repository gives the same files in the same order. `source`: as Fetcher, but the newest root is
// asked for without a version too. `store`: holds nothing of `publisher`, nor tree nodes or targets
// that it shares with others. Errors: METADATA_NOT_FOUND when the source has no root; those of
// Updater::Refresh at `now`; what `put` gave.
absl::Status ExportPublisher(const MemberId& publisher, Fetcher* source, OrderedStore* store,
                             absl::Time now, const PutBundledFileFn& put);

}  // namespace mrg

#endif  // MRG_TRUSTLIST_BUNDLE_BUNDLE_EXPORT_H_
