#include "trustlist/repository/repository_work.h"

#include "gtest/gtest.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {
namespace {

// Versions of the timestamp begin anew only under such a key: under one that signed before they
// would be proof of a fork.
TEST(RepositoryWork, T08_AKeyOfTheTimestampIsNewWhenNoEarlierRootListsIt) {
  RepositorySimulator repository(absl::FromUnixSeconds(1795478400));
  const PublicKey first = repository.signer("timestamp").public_key();
  repository.DropKeys("timestamp");
  const PublicKey second = repository.AddKey("timestamp").public_key();
  repository.PublishRoot();
  RepositoryWork work;
  work.new_roots[2] = repository.root(2);

  EXPECT_TRUE(*IsNewTimestampKey(work, {repository.root(1)}, second));
  EXPECT_FALSE(*IsNewTimestampKey(work, {repository.root(1)}, first));
  repository.PublishRoot();
  work.new_roots[3] = repository.root(3);
  EXPECT_FALSE(*IsNewTimestampKey(work, {repository.root(1)}, second));
}

}  // namespace
}  // namespace mrg
