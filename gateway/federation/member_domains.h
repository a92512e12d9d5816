#ifndef MRG_GATEWAY_FEDERATION_MEMBER_DOMAINS_H_
#define MRG_GATEWAY_FEDERATION_MEMBER_DOMAINS_H_

// Which member a trust domain belongs to; swapped as a whole when a member changes its own.
//
// Thread-safe.

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/mutex.h"

namespace mrg {

class MemberDomains {
 public:
  // Result: the member; nullopt for a domain that is no followed member's.
  std::optional<MemberId> Find(absl::string_view trust_domain) const {
    MutexLock lock(mu_);
    const auto found = members_.find(std::string(trust_domain));
    if (found == members_.end()) return std::nullopt;
    return found->second;
  }

  // `members`: by trust domain.
  void Replace(std::map<std::string, MemberId> members) {
    MutexLock lock(mu_);
    members_ = std::move(members);
  }

 private:
  mutable Mutex mu_;
  std::map<std::string, MemberId> members_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_MEMBER_DOMAINS_H_
