#ifndef MRG_GATEWAY_CRYPTO_TESTING_FAILING_SIGNER_H_
#define MRG_GATEWAY_CRYPTO_TESTING_FAILING_SIGNER_H_

// A signer that cannot sign, for tests of what happens then.

#include <string>
#include <utility>

#include "gateway/base/reason.h"
#include "gateway/crypto/signer.h"

namespace mrg {

class FailingSigner : public Signer {
 public:
  explicit FailingSigner(PublicKey key) : key_(std::move(key)) {}

  absl::StatusOr<std::string> Sign(absl::string_view) const override {
    return MakeError(Reason::kInvariantBroken, "this signer always fails");
  }
  const PublicKey& public_key() const override { return key_; }

 private:
  const PublicKey key_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CRYPTO_TESTING_FAILING_SIGNER_H_
