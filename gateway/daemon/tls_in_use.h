#ifndef MRG_GATEWAY_DAEMON_TLS_IN_USE_H_
#define MRG_GATEWAY_DAEMON_TLS_IN_USE_H_

// What TLS rests on now: what the files held when they could last be used (certificate_watch.h).
//
// Thread-safe.

#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "gateway/base/mutex.h"
#include "gateway/config/tls_files.h"
#include "gateway/crypto/revocation_list.h"
#include "gateway/membership/trust_bundles.h"

namespace mrg {

struct TlsMaterial {
  OwnCertificate own;
  TrustBundles bundles;  // as configured; signed contacts count before them (peer_places.h)
  RevocationsByDomain revocations;

  bool operator==(const TlsMaterial&) const = default;
};

class TlsInUse {
 public:
  explicit TlsInUse(TlsMaterial material)
      : material_(std::make_shared<const TlsMaterial>(std::move(material))) {}

  // Result: never null; another pointer after each Replace.
  std::shared_ptr<const TlsMaterial> Current() const {
    MutexLock lock(mu_);
    return material_;
  }

  void Replace(TlsMaterial material) {
    auto next = std::make_shared<const TlsMaterial>(std::move(material));
    MutexLock lock(mu_);
    material_ = std::move(next);
  }

 private:
  mutable Mutex mu_;
  std::shared_ptr<const TlsMaterial> material_ ABSL_GUARDED_BY(mu_);
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_TLS_IN_USE_H_
