#ifndef MRG_GATEWAY_LICENCE_TAG_EPOCH_KEYRING_H_
#define MRG_GATEWAY_LICENCE_TAG_EPOCH_KEYRING_H_

// The licence-tag keys this node holds, of every epoch: its own jurisdictions' from files, others'
// as their members gave them over the federation listener. The latter are kept in the store, so
// that a restart needs no peer, and for good: as long as a status entry stands under an epoch, its
// key is needed (ADR-0017). They are stored sealed under a secret of the node's own, which is in no
// store: who has a copy of the store alone cannot read anybody's status lists.
//
// Each key stands in the slot of who gave it. Whose key counts for a jurisdiction is asked anew
// with each use, so that who answered for it before, or was introduced as who does, fills no slot
// of the member that does now: under a false key nothing that is revoked would be found.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"
#include "gateway/crypto/sealing_key.h"
#include "gateway/licence_tag/epoch_keys.h"
#include "gateway/storage/ordered_store.h"

namespace mrg {

// Thread-safe.
class EpochKeyring {
 public:
  // `node_secret`: at least 32 bytes from a file of the node. `store` must outlive this.
  EpochKeyring(OrderedStore* store, absl::string_view node_secret);

  // Loads what was stored of others' keys.
  // Result: how many rows do not open, since the secret is another than it was or the row was
  // changed: their keys are not held until they are set again.
  // Errors: STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::StatusOr<size_t> Load();

  // Sets a key that this member owns, from its file. Of it only the SHA-256 is stored, so that a
  // file which was exchanged for another is noticed: what stands under the first key would not be
  // found under the second. Errors: EPOCH_KEY_CONFLICT; as SetForeign of the store.
  absl::Status SetOwn(const JurisdictionId& jurisdiction, EpochKey key);

  // Stores a key that `member` gave, or the time from which a held one is in use.
  // Errors: EPOCH_KEY_CONFLICT when another key of this epoch is held of the member, or was carried
  // here, which stays; EPOCH_KEY_UNAVAILABLE when kTagEpochsMax epochs of the jurisdiction are held
  // of the member; STORE_CONFLICT (another call came in between), STORE_UNAVAILABLE, STORE_CORRUPT.
  absl::Status SetForeign(const JurisdictionId& jurisdiction, const MemberId& member, EpochKey key);

  // Stores a key of another member that was carried here as a file, which counts for whoever
  // answers for the jurisdiction and before what anybody gives. Errors: as SetForeign.
  absl::Status SetCarried(const JurisdictionId& jurisdiction, EpochKey key);

  // Removes all that is held and stored of others' keys: a hub keeps none. Errors: STORE_*.
  absl::Status ForgetForeign();

  // Result: the keys of the jurisdiction, for which `member` answers (nullopt: it is not known who
  // does); empty when none is held. Of an own jurisdiction, those from files alone.
  EpochKeys KeysOf(const JurisdictionId& jurisdiction, const std::optional<MemberId>& member) const;

  // Result: of those, what the member itself gave.
  EpochKeys GivenBy(const MemberId& member, const JurisdictionId& jurisdiction) const;

  // Result: the keys if the jurisdiction is our own; only those are given to others.
  EpochKeys OwnKeysOf(const JurisdictionId& jurisdiction) const;

 private:
  using Slot = std::pair<JurisdictionId, std::string>;  // and from whom

  absl::Status Set(const Slot& slot, EpochKey key);
  // Result: the row of a key that others gave.
  std::string SealedRow(absl::string_view row_key, const EpochKey& key) const;

  OrderedStore* const store_;
  const SealingKey sealing_key_;
  mutable Mutex mu_;
  std::map<JurisdictionId, EpochKeys> own_ ABSL_GUARDED_BY(mu_);
  std::map<Slot, EpochKeys> foreign_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_LICENCE_TAG_EPOCH_KEYRING_H_
