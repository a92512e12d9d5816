#ifndef MRG_GATEWAY_CLI_LOG_TRUSTED_LOG_KEYS_H_
#define MRG_GATEWAY_CLI_LOG_TRUSTED_LOG_KEYS_H_

// The keys of a member's logs by trust: the member's `log-keys` target, found by the TUF client
// workflow from a root that the auditor was given once. Who hands the files out need not be
// believed: the audited node itself, another one, or a bundle.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/cli/api_channel.h"
#include "gateway/witness/log_keys.h"
#include "trustlist/client/fetcher.h"

namespace mrg {

// Where the member's lists come from.
struct TrustSourceFlags {
  std::string root;     // file of the member's root; needed as long as none is trusted here
  std::string address;  // a node that hands out lists: a federation listener, an admin socket
  std::string ca;       // CA of that node's trust domain; empty: the one of --ca
  std::string bundle;   // or a file of `mrgctl bundle export`

  // Adds --root, --trust-address, --trust-ca and --bundle to `app`.
  void AddTo(CLI::App& app);
};

// Brings the publisher's lists in <state>/trust/<publisher> up to date and reads its log keys.
// `caller`: certificate, key, CA and timeout of the calls. Threads: processes on one folder wait
// for each other. Result: the keys of all its logs, also of times that are over. Errors, naming the
// flag: those of OpenApiChannel, ReadBundle and of TrustedLogKeys.
absl::StatusOr<std::vector<LogKey>> FetchLogKeys(const TrustSourceFlags& flags,
                                                 const ApiChannelFlags& caller,
                                                 const MemberId& publisher,
                                                 const std::string& state, absl::Time now);

// The same from any fetcher; `first_root`: file of the root to begin with, may be empty.
// Errors: FailedPrecondition without a root here and in the flags; MEMBER_ROOT_UNCONFIRMED when
// trust began here with another root; METADATA_*, TARGET_NOT_FOUND, FETCH_FAILED;
// STORE_UNAVAILABLE.
absl::StatusOr<std::vector<LogKey>> TrustedLogKeys(const std::string& first_root,
                                                   const MemberId& publisher,
                                                   const std::string& state, Fetcher* fetcher,
                                                   absl::Time now);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_LOG_TRUSTED_LOG_KEYS_H_
