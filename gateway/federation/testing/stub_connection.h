#ifndef MRG_GATEWAY_FEDERATION_TESTING_STUB_CONNECTION_H_
#define MRG_GATEWAY_FEDERATION_TESTING_STUB_CONNECTION_H_

// A connection whose peer answers whatever the test says, right or wrong; unset: it is not reached.
// For a peer that behaves, see tests/simulation/memory_peer_connection.h.
//
// Threads: of the test.

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/base/reason.h"
#include "gateway/federation/peer_connection.h"

namespace mrg {

class StubConnection : public PeerConnection {
 public:
  std::function<std::unique_ptr<Fetcher>(const MemberId&)> fetcher_of;
  std::function<std::unique_ptr<HintStream>(OnHint)> watch_hints;
  std::function<absl::StatusOr<trustlist::v1::ExchangeHeadsResponse>(
      const trustlist::v1::ExchangeHeadsRequest&)>
      exchange_heads;
  std::function<absl::StatusOr<trustlist::v1::GetEpochKeyResponse>(const JurisdictionId&, uint32_t)>
      get_epoch_key;
  std::function<absl::StatusOr<uint64_t>(const dispute::v1::DeliverRequest&)> deliver;

  // REQUIRES: both of these are set before they are called.
  std::unique_ptr<Fetcher> FetcherOf(const MemberId& publisher) override {
    return fetcher_of(publisher);
  }
  std::unique_ptr<HintStream> WatchHints(OnHint on_hint) override {
    return watch_hints(std::move(on_hint));
  }

  absl::StatusOr<trustlist::v1::ExchangeHeadsResponse> ExchangeHeads(
      const trustlist::v1::ExchangeHeadsRequest& request) override {
    if (!exchange_heads) return NotReached();
    return exchange_heads(request);
  }
  absl::StatusOr<trustlist::v1::GetEpochKeyResponse> GetEpochKey(const JurisdictionId& jurisdiction,
                                                                 uint32_t epoch) override {
    if (!get_epoch_key) return NotReached();
    return get_epoch_key(jurisdiction, epoch);
  }
  absl::StatusOr<uint64_t> Deliver(const dispute::v1::DeliverRequest& request) override {
    if (!deliver) return NotReached();
    return deliver(request);
  }
  void Cut() override { is_cut_ = true; }

  bool is_cut() const { return is_cut_; }

 private:
  static absl::Status NotReached() { return MakeError(Reason::kFetchFailed, "not reached"); }

  bool is_cut_ = false;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_TESTING_STUB_CONNECTION_H_
