#include "gateway/answer/queue_worker.h"

#include "gtest/gtest.h"

namespace mrg {
namespace {

std::optional<Worker> WorkerIn(const char* path) {
  return WorkerOf(*SpiffeId::Parse(std::string("spiffe://delta.example") + path));
}

TEST(QueueWorker, QueueIsTheSecondSegmentOfAWorkersPath) {
  const std::optional<Worker> worker = WorkerIn("/worker/issuer-50/intake");

  ASSERT_TRUE(worker.has_value());
  EXPECT_EQ(worker->queue, "issuer-50");
  EXPECT_EQ(worker->id.value(), "spiffe://delta.example/worker/issuer-50/intake");
}

TEST(QueueWorker, AnythingElseIsNoWorker) {
  for (const char* path :
       {"/node/log-1", "/worker/issuer-50", "/worker/issuer-50/a/b", "/workers/issuer-50/a",
        "/worker/Issuer-50/a", "/jurisdiction/31/platform/portal"}) {
    EXPECT_FALSE(WorkerIn(path).has_value()) << path;
  }
}

}  // namespace
}  // namespace mrg
