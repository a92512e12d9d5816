#ifndef MRG_TESTS_SCENARIO_STEADY_PUBLISHER_H_
#define MRG_TESTS_SCENARIO_STEADY_PUBLISHER_H_

// Chuanyu's node publishing without a pause: each time the lists of both provinces, in turn
// with a further issuer (the key "unlisted") that is good and that is suspended. Remembers what was
// published.
//
// Threads: made and ended by the test's main thread; its own thread publishes.

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "gateway/base/mutex.h"
#include "mrg/gateway/v1/admin.pb.h"
#include "tests/federation/federation.h"
#include "tests/scenario/stored_in_force.h"

namespace mrg {

// Result: the versions of an answer's roles.
Versions VersionsOf(const google::protobuf::RepeatedPtrField<gateway::v1::RoleState>& roles);

class SteadyPublisher {
 public:
  // `federation` must outlive this.
  explicit SteadyPublisher(const Federation& federation);
  ~SteadyPublisher() { End(); }

  // Result: the newest publication.
  Versions End();

  // Whether exactly this was published at one time; waits for the answer to a publication that
  // others saw already.
  bool Published(const Versions& versions);

  static bool TheFurtherIssuerIsGood(const Versions& versions) {
    return versions.at("j-50") % 2 == 0;
  }

 private:
  void Run();
  void PublishNext();
  void AddList(const std::string& jurisdiction, gateway::v1::PublishRequest* request);
  void Note(const Versions& versions);

  const Federation* const federation_;
  std::atomic<bool> ending_ = false;
  Mutex mu_;
  std::map<int64_t, Versions> published_ ABSL_GUARDED_BY(mu_);  // by that of the timestamp
  std::thread thread_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SCENARIO_STEADY_PUBLISHER_H_
