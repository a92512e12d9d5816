#include "tests/chaos/trust_observer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/federation/licences.h"
#include "tests/federation/wire_call.h"

namespace mrg {
namespace {

// The nodes have the processors, too.
constexpr int kBetweenLooksMs = 20;
// A frozen complaint list says enough.
constexpr size_t kComplaintsMax = 20;

}  // namespace

TrustObserver::TrustObserver(const Federation* federation) : federation_(federation) {
  for (const char* issuing : {kAskedOfDelta, kAskedOfChuanyu}) {
    licences_[issuing] =
        SignedBy(*IssuerKey(*federation, "issuer", issuing), DrivingLicence(issuing));
  }
  for (const char* member : {kHub, kDelta, kChuanyu}) {
    watches_.push_back(std::make_unique<Watch>());
    Watch* const watch = watches_.back().get();
    watch->member = member;
    watch->thread = std::thread([this, watch] { Run(watch); });
  }
}

TrustObserver::~TrustObserver() {
  ending_ = true;
  for (const auto& watch : watches_) watch->thread.join();
}

uint64_t TrustObserver::rounds() const {
  uint64_t fewest = UINT64_MAX;
  for (const auto& watch : watches_) fewest = std::min<uint64_t>(fewest, watch->rounds);
  return fewest;
}

std::vector<TrustObserver::Answer> TrustObserver::TakeAnswers() {
  MutexLock lock(mu_);
  return std::exchange(answers_, {});
}

std::vector<RoleName> TrustObserver::TakeVersions() {
  MutexLock lock(mu_);
  std::vector<RoleName> names;
  for (const auto& [name, seen] : versions_) names.push_back(name);
  versions_.clear();
  return names;
}

std::vector<std::string> TrustObserver::Complaints() {
  MutexLock lock(mu_);
  return complaints_;
}

void TrustObserver::Complain(std::string complaint) {
  MutexLock lock(mu_);
  if (complaints_.size() < kComplaintsMax) complaints_.push_back(std::move(complaint));
}

void TrustObserver::Run(Watch* watch) {
  const bool delta = watch->member == kDelta;
  const std::string using_side = delta ? "31" : "50";
  const std::string issuing = delta ? kAskedOfChuanyu : kAskedOfDelta;
  std::shared_ptr<grpc::Channel> platform;
  if (watch->member != kHub) {
    platform = federation_->Api(watch->member, absl::StrCat("platform-", using_side));
  }
  Mutex mu;
  CondVar never;
  while (!ending_) {
    LookAtState(watch);
    if (platform != nullptr) Ask(watch, platform, using_side, issuing);
    ++watch->rounds;
    MutexLock lock(mu);
    never.WaitFor(mu, kBetweenLooksMs);
  }
}

void TrustObserver::LookAtState(Watch* watch) {
  const auto state = federation_->TrustState(watch->member);
  if (!state.ok()) {
    Complain(absl::StrCat(watch->member, " does not say its state: ", state.status().message()));
    return;
  }
  for (const auto& publisher : state->publishers()) {
    for (const auto& role : publisher.roles()) {
      int64_t& before = watch->state_versions[{publisher.publisher(), role.role()}];
      const RoleName name = {publisher.publisher(), role.role(), role.version()};
      if (role.version() < before) {
        Complain(absl::StrCat(watch->member, ": in force went back from ", before, " to ",
                              InWords(name)));
      }
      before = role.version();
      MutexLock lock(mu_);
      versions_[name] = true;
    }
  }
}

void TrustObserver::Ask(Watch* watch, const std::shared_ptr<grpc::Channel>& channel,
                        const std::string& using_side, const std::string& issuing) {
  gateway::v1::RecognizeResponse response;
  const grpc::Status status =
      Recognize(channel, Question(using_side, issuing, licences_.at(issuing)), &response);
  audit::v1::LogLeaf leaf;
  Answer answer{watch->member, issuing, InWords(response), {}};
  if (!status.ok() || !leaf.ParseFromString(response.receipt().leaf()) ||
      !answer.record.ParseFromString(leaf.body())) {
    Complain(absl::StrCat(watch->member, " does not answer: ", ReasonIn(status)));
    return;
  }
  for (const auto& one : answer.record.rests_on()) {
    int64_t& before = watch->answer_versions[{one.publisher(), one.role()}];
    if (one.version() < before) {
      Complain(absl::StrCat(watch->member, ": an answer went back from ", before, " to ",
                            InWords(RoleName{one.publisher(), one.role(), one.version()})));
    }
    before = one.version();
  }
  MutexLock lock(mu_);
  answers_.push_back(std::move(answer));
}

}  // namespace mrg
