#include "gateway/storage/open_store.h"

#include <string>

#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gateway/storage/rocksdb_store.h"

namespace mrg {

absl::StatusOr<std::unique_ptr<OrderedStore>> OpenStore(absl::string_view address) {
  if (absl::ConsumePrefix(&address, "rocksdb:")) {
    if (address.empty()) return MakeError(Reason::kConfigInvalid, "the store's folder is empty");
    return OpenRocksDbStore(std::string(address));
  }
  return MakeError(Reason::kConfigInvalid, "expected a store address rocksdb:<folder>");
}

}  // namespace mrg
