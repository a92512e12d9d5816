#ifndef MRG_GATEWAY_LICENCE_TAG_STATUS_QUERY_H_
#define MRG_GATEWAY_LICENCE_TAG_STATUS_QUERY_H_

// What a status list is asked about one licence. While entries of several epochs stand in the list,
// the licence is looked up under each of them, or nothing that stands against it could be excluded
// (ADR-0017).
//
// Thread-safe: plain values and pure functions.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "gateway/licence_tag/epoch_keys.h"
#include "gateway/licence_tag/licence_tag.h"

namespace mrg {

// How to find the licence in the status list. The tags never leave the node.
struct StatusQuery {
  uint32_t epoch = 0;                    // in use at the decision; stands in the record
  std::map<uint32_t, std::string> tags;  // 32 bytes each, by epoch: every epoch of the list
};

// How many entries of a list stand under which epoch, as LicenceStatusList::epochs says it.
using ListedEpochs = std::map<uint32_t, uint64_t>;

// Result: what to ask a list with entries under `listed` at `now`; nullopt when no key is in use,
// or the key of an epoch that the list holds entries of is not held.
std::optional<StatusQuery> QueryAt(const EpochKeys& keys, const ListedEpochs& listed,
                                   const TaggedLicence& licence, absl::Time now);

// The same with `epoch` as the one in use, as an earlier decision recorded it; nullopt also when
// its key is not held.
std::optional<StatusQuery> QueryUnder(const EpochKeys& keys, uint32_t epoch,
                                      const ListedEpochs& listed, const TaggedLicence& licence);

}  // namespace mrg

#endif  // MRG_GATEWAY_LICENCE_TAG_STATUS_QUERY_H_
