#ifndef MRG_GATEWAY_RECOGNITION_DECODED_ISSUERS_H_
#define MRG_GATEWAY_RECOGNITION_DECODED_ISSUERS_H_

// The issuers that were used last, decoded, each with its key prepared for verification. Lists that
// follow one another share one: it is asked by an entry's bytes, so that it cannot answer with an
// earlier state of an entry.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/base/shared_cell.h"
#include "gateway/recognition/issuer.h"

namespace mrg {

// Thread-safe; no call waits for another.
class DecodedIssuers {
 public:
  DecodedIssuers();

  // Result: what Issuer::Parse makes of `entry`; null when it refuses.
  std::shared_ptr<const Issuer> Get(absl::string_view entry);

 private:
  struct Decoded {
    std::string entry;
    std::shared_ptr<const Issuer> issuer;
  };
  // Each entry has one place, so that no order of use needs to be kept.
  std::vector<SharedCell<const Decoded>> places_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_DECODED_ISSUERS_H_
