#include "gateway/storage/open_store.h"

#include <string>

#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/storage/data_folder.h"
#include "gateway/storage/rocksdb_store.h"

namespace mrg {

namespace {

absl::StatusOr<std::string> FolderOf(absl::string_view address) {
  if (!absl::ConsumePrefix(&address, "rocksdb:")) {
    return MakeError(Reason::kConfigInvalid, "expected a store address rocksdb:<folder>");
  }
  if (address.empty()) return MakeError(Reason::kConfigInvalid, "the store's folder is empty");
  return std::string(address);
}

}  // namespace

absl::StatusOr<std::unique_ptr<OrderedStore>> OpenStore(absl::string_view address) {
  MRG_ASSIGN_OR_RETURN(const std::string folder, FolderOf(address));
  MRG_RETURN_IF_ERROR(ClaimDataFolder(folder));
  return OpenRocksDbStore(folder);
}

absl::StatusOr<std::unique_ptr<OrderedStore>> OpenExistingStore(absl::string_view address) {
  MRG_ASSIGN_OR_RETURN(const std::string folder, FolderOf(address));
  MRG_RETURN_IF_ERROR(CheckDataFolder(folder));
  return OpenRocksDbStore(folder);
}

}  // namespace mrg
