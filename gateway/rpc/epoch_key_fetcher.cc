#include "gateway/rpc/epoch_key_fetcher.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/rpc/grpc_to_status.h"
#include "grpcpp/client_context.h"
#include "mrg/trustlist/v1/federation.grpc.pb.h"

namespace mrg {
namespace {

constexpr absl::Duration kRefetchAfter = absl::Hours(1);
constexpr absl::Duration kRetryAfter = absl::Seconds(1);
constexpr size_t kKeyBytesMin = 32;
constexpr size_t kKeyBytesMax = 64;

}  // namespace

struct EpochKeyFetcher::Stub {
  std::unique_ptr<trustlist::v1::FederationKeyService::Stub> service;
};

EpochKeyFetcher::EpochKeyFetcher(MemberId peer, std::shared_ptr<grpc::Channel> channel,
                                 absl::Duration timeout, const SnapshotHolder* snapshots,
                                 EpochKeyring* epoch_keys, const Clock* clock, EventLog* events)
    : peer_(std::move(peer)),
      timeout_(timeout),
      snapshots_(snapshots),
      epoch_keys_(epoch_keys),
      clock_(clock),
      events_(events),
      stub_(std::make_unique<Stub>(Stub{trustlist::v1::FederationKeyService::NewStub(channel)})) {}

EpochKeyFetcher::~EpochKeyFetcher() = default;

void EpochKeyFetcher::RunOnce(absl::Time now) {
  const auto snapshot = snapshots_->Current();
  if (snapshot == nullptr) return;
  for (const auto& [jurisdiction, member] : snapshot->known_jurisdictions()) {
    if (member != peer_.value()) continue;
    const bool held = epoch_keys_->Find(jurisdiction).has_value();
    const auto tried = tried_at_.find(jurisdiction);
    // A clock that stepped back makes the last try lie ahead; then it is due.
    if (tried != tried_at_.end() && tried->second <= now &&
        now < tried->second + (held ? kRefetchAfter : kRetryAfter)) {
      continue;
    }
    tried_at_[jurisdiction] = now;
    Fetch(jurisdiction);
  }
}

void EpochKeyFetcher::Fetch(const std::string& jurisdiction) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(clock_->Now() + timeout_));
  trustlist::v1::GetEpochKeyRequest request;
  request.set_jurisdiction(jurisdiction);
  trustlist::v1::GetEpochKeyResponse response;
  absl::Status status = GrpcToStatus(stub_->service->GetEpochKey(&context, request, &response));
  if (status.ok() && (response.epoch() == 0 || response.key().size() < kKeyBytesMin ||
                      response.key().size() > kKeyBytesMax)) {
    status = MakeError(Reason::kEpochKeyUnavailable, "expected an epoch and 32 to 64 bytes");
  }
  const std::optional<EpochKey> held = epoch_keys_->Find(jurisdiction);
  if (status.ok() && held.has_value() && held->epoch == response.epoch() &&
      held->key == response.key()) {
    return;
  }
  if (status.ok()) {
    status = epoch_keys_->SetForeign(jurisdiction, {response.epoch(), response.key()});
  }
  if (!status.ok()) {
    events_->WriteFailure(Event::kEpochKeyFetchFailed, status, "peer", peer_);
    return;
  }
  events_->Write(
      Event::kEpochKeyFetched,
      {{"peer", peer_}, {"jurisdiction", OwnText(jurisdiction)}, {"epoch", response.epoch()}});
}

}  // namespace mrg
