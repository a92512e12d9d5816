#ifndef MRG_GATEWAY_DAEMON_CERTIFICATE_WATCH_H_
#define MRG_GATEWAY_DAEMON_CERTIFICATE_WATCH_H_

// Reads the files of certificates, CAs and revocations again when they change. A file that cannot
// be used, and a certificate and a key that do not belong together, leave in use what could last be
// used, and are told. Revocations that run out are not replaced by that: what their CAs signed is
// refused then.

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/event_log.h"
#include "gateway/config/tls_files.h"
#include "gateway/crypto/revocation_list.h"
#include "gateway/daemon/tls_in_use.h"
#include "gateway/metrics/label_value.h"
#include "gateway/metrics/rpc_metrics.h"

namespace mrg {

// Look from one thread at a time.
class CertificateWatch {
 public:
  struct Parts {
    const TlsFiles* files;
    TlsInUse* in_use;
    const RpcMetrics* metrics;
    EventLog* events;
    // Called after what is in use was replaced, with what it is now.
    std::function<void(const TlsMaterial& material)> on_replaced;
  };

  // All of `parts` must outlive this.
  explicit CertificateWatch(Parts parts);

  // Reads again the files that are not as they were when they were used last; at first all. What
  // was refused is tried again each time, since what is wrong may lie beside the files.
  void Look(absl::Time now);

 private:
  // Files that are read together: together they are used or refused.
  struct Group {
    EventValue name;   // "own", "ca" or "crl"
    LabelValue label;  // the same
    std::map<std::string, std::string> paths;
    std::function<absl::Status(absl::Time now, TlsMaterial* material)> load;
    std::string state;    // of the files when they were last used; empty: never
    std::string refusal;  // state and words of what was told last; empty: none
  };

  // Result: true when `material` was changed.
  bool LookAt(Group* group, absl::Time now, TlsMaterial* material);
  void Show(const TlsMaterial& material) const;

  const Parts parts_;
  Group groups_[3];
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_CERTIFICATE_WATCH_H_
