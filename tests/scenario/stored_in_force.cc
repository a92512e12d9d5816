#include "tests/scenario/stored_in_force.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/identifiers.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "gateway/storage/open_store.h"
#include "gtest/gtest.h"
#include "trustlist/store/blob_store.h"
#include "trustlist/store/in_force.h"

namespace mrg {

Versions StoredInForce(const std::string& data_folder, const std::string& publisher) {
  const auto store = OpenStore(absl::StrCat("rocksdb:", data_folder));
  EXPECT_TRUE(store.ok()) << store.status();
  if (!store.ok()) return {};
  const auto set = InForceStore(store->get()).Load(*MemberId::Parse(publisher));
  EXPECT_TRUE(set.ok() && set->has_value()) << set.status();
  if (!set.ok() || !set->has_value()) return {};
  const BlobStore blobs(store->get());
  for (const InForceTarget& target : (*set)->targets) {
    EXPECT_TRUE(blobs.ReadBlob(target.sha256).ok()) << target.path;
    if (!target.is_tree) continue;
    const auto missing = MissingNodes(target.sha256, BlobNodes(&blobs), 10);
    EXPECT_TRUE(missing.ok() && missing->empty()) << target.path;
  }
  Versions versions;
  for (const RoleVersion& role : (*set)->roles) versions[role.role] = role.version;
  return versions;
}

}  // namespace mrg
