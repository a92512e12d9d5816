#ifndef MRG_GATEWAY_RPC_LICENCE_TAGS_H_
#define MRG_GATEWAY_RPC_LICENCE_TAGS_H_

// The licence_tags of one licence under the epoch keys that are held. While entries of several
// epochs stand in a status list, a licence is looked up under each of them (SPEC 8, ADR-0017).
//
// Thread-safe: pure functions.

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "gateway/recognition/decision.h"
#include "gateway/recognition/licence_status.h"
#include "gateway/rpc/epoch_keyring.h"

namespace mrg {

// What a tag is made of, but for the key.
struct TaggedLicence {
  JurisdictionId jurisdiction;  // issuing
  LicenceTypeCode type_code;
  std::string number;  // as NormaliseNumber gives it
};

// Result: the tag under each of the keys, 32 bytes, by epoch.
std::map<uint32_t, std::string> TagsUnder(const EpochKeys& keys, const TaggedLicence& licence);

// Result: what to ask `list` about the licence, with `epoch` as the one in use; nullopt when the
// key of `epoch`, or of any epoch that the list holds entries of, is not held.
std::optional<StatusQuery> QueryOf(const EpochKeys& keys, uint32_t epoch,
                                   const LicenceStatusList& list, const TaggedLicence& licence);

}  // namespace mrg

#endif  // MRG_GATEWAY_RPC_LICENCE_TAGS_H_
