#include "tests/fault/steady_traffic.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "mrg/gateway/v1/recognition.grpc.pb.h"
#include "tests/federation/licences.h"
#include "tests/federation/wire_call.h"

namespace mrg {

using gateway::v1::RecognitionService;
using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;

namespace {

// A node that is back answers well within it.
constexpr absl::Duration kAnswerAtMost = absl::Seconds(10);
// One request in so many is sent a second time after its answer.
constexpr int kRepeatedEach = 7;

}  // namespace

SteadyTraffic::SteadyTraffic(const Federation* federation, gateway::v1::Presentation licence,
                             int thread_count)
    : federation_(federation), licence_(std::move(licence)) {
  for (int i = 0; i < thread_count; ++i) threads_.emplace_back([this, i] { Run(i); });
}

SteadyTraffic::~SteadyTraffic() { End(); }

std::vector<SteadyTraffic::Answered> SteadyTraffic::End() {
  ending_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  MutexLock lock(mu_);
  return answers_;
}

std::vector<std::string> SteadyTraffic::Complaints() {
  MutexLock lock(mu_);
  return complaints_;
}

void SteadyTraffic::Run(int thread) {
  const auto channel = federation_->Api(kDelta, "platform-31");
  for (int i = 0; !ending_; ++i) {
    RecognizeRequest request = Question("31", "32", licence_);
    request.set_request_id(absl::StrCat("traffic-", thread, "-", i));
    Answered answered = Ask(channel, request);
    if (i % kRepeatedEach == 0 && Ask(channel, request).response.SerializeAsString() !=
                                      answered.response.SerializeAsString()) {
      Complain(absl::StrCat(request.request_id(), ": repeated, and answered otherwise"));
    }
    ++answered_count_;
    MutexLock lock(mu_);
    answers_.push_back(std::move(answered));
  }
}

SteadyTraffic::Answered SteadyTraffic::Ask(const std::shared_ptr<grpc::Channel>& channel,
                                           const RecognizeRequest& request) {
  const auto stub = RecognitionService::NewStub(channel);
  while (true) {
    grpc::ClientContext context;
    PrepareCall(&context, kAnswerAtMost);
    Answered answered{request, {}};
    const grpc::Status status = stub->Recognize(&context, request, &answered.response);
    if (status.ok()) return answered;
    ++failed_count_;
    // A node that dies or is not ready yet. Anything else would be a fault of the living one.
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) {
      Complain(absl::StrCat(request.request_id(), ": ", ReasonIn(status)));
    }
  }
}

void SteadyTraffic::Complain(std::string complaint) {
  MutexLock lock(mu_);
  complaints_.push_back(std::move(complaint));
}

}  // namespace mrg
