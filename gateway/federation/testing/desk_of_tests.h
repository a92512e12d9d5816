#ifndef MRG_GATEWAY_FEDERATION_TESTING_DESK_OF_TESTS_H_
#define MRG_GATEWAY_FEDERATION_TESTING_DESK_OF_TESTS_H_

// A HeadDesk with all that it works with, over a store in memory.
//
// Threads: of the test.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/testing/kept_events.h"
#include "gateway/federation/head_desk.h"
#include "gateway/metrics/metric_registry.h"
#include "gateway/storage/testing/memory_store.h"
#include "gateway/witness/testing/decision_logs.h"
#include "trustlist/fork/head_exchange.h"

namespace mrg {

struct DeskOfTests {
  // `publishers`: as HeadDesk::Parts. `log_origin`: of its decision log.
  DeskOfTests(MemberId own, std::vector<MemberId> publishers, std::string log_origin = kLogOfTests)
      : log(*DecisionLog::Open(&store, signer.get(), std::move(log_origin))),
        standing(log.get(), std::move(own), &signer->public_key(), &log_keys, &store),
        desk(
            {std::move(publishers), &exchange, &witness, &standing, log.get(), &metrics, &events}) {
    ListLogKey(*signer, &log_keys);
  }

  MemoryStore store;
  MetricRegistry registry;
  const TrustMetrics metrics{&registry};
  KeptEvents events;
  int forks = 0;
  HeadExchange exchange{&store, [this](const trustlist::v1::ForkEvidence&) { ++forks; }};
  ListedLogKeys log_keys;
  LogWitness witness{&store, &log_keys};
  const std::unique_ptr<Signer> signer = NewLogSigner();
  const std::unique_ptr<DecisionLog> log;
  LogStanding standing;
  HeadDesk desk;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_TESTING_DESK_OF_TESTS_H_
