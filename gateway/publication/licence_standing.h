#ifndef MRG_GATEWAY_PUBLICATION_LICENCE_STANDING_H_
#define MRG_GATEWAY_PUBLICATION_LICENCE_STANDING_H_

// What stands against a licence, and what an authority or a dispute changes of it. The list says
// what stands and since when. By whom it stands the node keeps for itself (status_holders.h): an
// authority restores what it holds itself and nothing of another's, though the list names both for
// the type. The first word is taken as it comes, since nothing here says who issued a licence.
//
// Thread-safe: pure functions.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "mrg/gateway/v1/status.pb.h"

namespace mrg {

// Who holds which status, by issuer code. A status that stands and that nobody holds was begun
// before holders were kept: whoever is listed for the type ends it.
using StatusHolders = std::set<std::pair<gateway::v1::LicenceStatusKind, std::string>>;

// Holders under one epoch: more authorities than could take part in one licence.
inline constexpr size_t kStatusHoldersMax = 64;

// What stands under one epoch.
struct LicenceStanding {
  gateway::v1::LicenceStatusEntry entry;
  StatusHolders holders;
};

// By epoch.
using LicenceStandings = std::map<uint32_t, LicenceStanding>;

// 撤销, 暂扣 and 注销 hold from `now` on in the entry of `epoch`, unless one of the kind is unended
// in any, which then holds; `issuer` holds it, too. Restoring lets go what `issuer` holds, and ends
// at `now` what nobody holds any more. REQUIRES: an entry of `epoch`.
// Errors, after which `standings` is of no use: ISSUER_NOT_ALLOWED with "issuer_code" when all that
// stands is held by others, or too many hold it.
absl::Status ApplyStatusAction(gateway::v1::LicenceStatusAction action, const IssuerCode& issuer,
                               absl::Time now, uint32_t epoch, LicenceStandings* standings);

// The mark 异议中 holds from `at` on, or with `set` false until `at`; what another node says to
// come after `now` counts from now on. Result: true when the entry was changed.
bool ApplyDisputeMark(bool set, absl::Time at, absl::Time now,
                      gateway::v1::LicenceStatusEntry* entry);

}  // namespace mrg

#endif  // MRG_GATEWAY_PUBLICATION_LICENCE_STANDING_H_
