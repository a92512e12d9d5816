#ifndef MRG_GATEWAY_BASE_ADMIN_IDENTITY_H_
#define MRG_GATEWAY_BASE_ADMIN_IDENTITY_H_

// The identity of whoever reaches the admin socket: the folder's mode 0700 has then already shown
// that it is the node's own account. No certificate can carry it, see TrustBundles::Add.
//
// Thread-safe: constant.

#include "gateway/base/identifiers.h"

namespace mrg {

// Result: "spiffe://local/admin".
inline const SpiffeId& AdminIdentity() {
  static const auto* const kIdentity = new SpiffeId(*SpiffeId::Parse("spiffe://local/admin"));
  return *kIdentity;
}

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_ADMIN_IDENTITY_H_
