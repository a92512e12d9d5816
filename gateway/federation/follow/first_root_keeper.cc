#include "gateway/federation/follow/first_root_keeper.h"

#include <cstdint>
#include <utility>

#include "gateway/base/status_macros.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/store/metadata_store.h"

namespace mrg {

FirstRootKeeper::FirstRootKeeper(Peer peer, std::vector<Fetcher*> sources,
                                 const FirstRoots* first_roots, OrderedStore* store,
                                 RetrySchedule retry, OnRefused refused)
    : peer_(std::move(peer)),
      sources_(std::move(sources)),
      first_roots_(first_roots),
      store_(store),
      refused_(std::move(refused)),
      turn_(absl::ZeroDuration(), retry) {}

bool FirstRootKeeper::Ensure(absl::Time now) {
  if (has_root_) return true;
  // A word that is missing may be published here or by the hub at any moment.
  const absl::Status confirmed = Confirm();
  if (!confirmed.ok()) {
    if (confirmed != unconfirmed_) refused_(peer_.member, confirmed);
    unconfirmed_ = confirmed;
    return false;
  }
  if (!turn_.Due(now)) return false;
  const absl::Status fetched = Fetch();
  has_root_ = fetched.ok();
  if (!has_root_) {
    turn_.Failed(now);
    refused_(peer_.member, fetched);
  }
  return has_root_;
}

absl::Status FirstRootKeeper::Confirm() const {
  if (peer_.first_root.has_value()) return absl::OkStatus();
  MRG_ASSIGN_OR_RETURN(const int64_t stored,
                       MetadataStore(store_).NewestVersion(peer_.member, kRootRole));
  return stored > 0 ? absl::OkStatus() : first_roots_->Confirm(peer_).status();
}

absl::Status FirstRootKeeper::Fetch() {
  absl::Status status;
  for (Fetcher* const source : sources_) {
    status = first_roots_->Store(peer_, source, store_);
    if (status.ok()) break;
  }
  return status;
}

}  // namespace mrg
