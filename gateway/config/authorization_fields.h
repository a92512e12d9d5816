#ifndef MRG_GATEWAY_CONFIG_AUTHORIZATION_FIELDS_H_
#define MRG_GATEWAY_CONFIG_AUTHORIZATION_FIELDS_H_

// The table of permissions as the configuration writes it: every name in it must be one that can
// come, or the rule would be silently without effect.
//
// Thread-safe: pure functions.

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "gateway/answer/authorization.h"
#include "mrg/gateway/v1/config.pb.h"

namespace mrg {

// Result: the rules, in their order. `trust_domains`: those of the configuration.
// Errors: CONFIG_INVALID naming rule and field: an id that is none, an identity outside
// `trust_domains`, a method that no listener for other programs has.
absl::StatusOr<std::vector<AuthorizationRule>> CheckAuthorization(
    const gateway::v1::AuthorizationTable& table,
    const absl::flat_hash_set<std::string>& trust_domains);

}  // namespace mrg

#endif  // MRG_GATEWAY_CONFIG_AUTHORIZATION_FIELDS_H_
