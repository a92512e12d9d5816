#ifndef MRG_GATEWAY_FEDERATION_TESTING_SERVING_NODE_H_
#define MRG_GATEWAY_FEDERATION_TESTING_SERVING_NODE_H_

// A node that holds lists of a simulated publisher and hands them out, its own or as a relay.
//
// Threads: of the test.

#include <optional>

#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/trust_hints.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "tests/simulation/memory_peer_connection.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/updater.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/repository/repository_reader.h"
#include "trustlist/store/metadata_store.h"
#include "trustlist/testing/repository_simulator.h"

namespace mrg {

struct ServingNode {
  // Brings what `repository` publishes in force here and hints at it.
  void Hold(const MemberId& publisher, RepositorySimulator* repository, absl::Time now) {
    MetadataStore metadata(&store);
    if (*metadata.NewestVersion(publisher, kRootRole) == 0) {
      ASSERT_TRUE(InitTrust(publisher, repository->root(1), std::nullopt, &metadata).ok());
    }
    const auto refreshed = Updater(publisher, &store, repository).Refresh(now);
    ASSERT_TRUE(refreshed.ok()) << refreshed.status();
    hints.Set(publisher, refreshed->in_force.FindRole(kTimestampRole)->version);
  }

  MemoryNode parts() { return {&repositories, nullptr, &hints, nullptr, nullptr, nullptr}; }

  MemoryStore store;
  const RepositoryReader repositories{&store};
  TrustHints hints;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_TESTING_SERVING_NODE_H_
