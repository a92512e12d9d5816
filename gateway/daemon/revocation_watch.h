#ifndef MRG_GATEWAY_DAEMON_REVOCATION_WATCH_H_
#define MRG_GATEWAY_DAEMON_REVOCATION_WATCH_H_

// Reads the files of revoked certificates again when they change. A file that cannot be used leaves
// the last good lists in place; when those run out, what their CAs signed is refused.

#include <map>
#include <string>

#include "gateway/config/node_config.h"
#include "gateway/daemon/node_ground.h"
#include "gateway/rpc/identity/peer_identity.h"

namespace mrg {

// Look from one thread at a time.
class RevocationWatch {
 public:
  // Both must outlive this; what the configuration read counts at first.
  RevocationWatch(NodeGround* ground, TlsPeerIdentity* identity);

  void Look();

 private:
  // Result: what tells one state of the files from another.
  std::string StateOfFiles() const;
  void Show(const RevocationsByDomain& revocations) const;

  NodeGround* const ground_;
  TlsPeerIdentity* const identity_;
  std::string state_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_DAEMON_REVOCATION_WATCH_H_
