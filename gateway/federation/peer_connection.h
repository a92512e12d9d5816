#ifndef MRG_GATEWAY_FEDERATION_PEER_CONNECTION_H_
#define MRG_GATEWAY_FEDERATION_PEER_CONNECTION_H_

// The way to one other member's node, and all that goes over it. Declared here because the
// federation rests on it; implemented over gRPC (gateway/rpc/peers) and in memory. What comes over
// it is not trusted: whoever asked checks the answer.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/base/identifiers.h"
#include "mrg/dispute/v1/dispute_relay.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "mrg/trustlist/v1/trust_repository.pb.h"
#include "trustlist/client/fetcher.h"

namespace mrg {

// A stream of hints that was opened; its destructor ends it, and no hint comes afterwards.
class HintStream {
 public:
  virtual ~HintStream() = default;
  // Result: true when the peer, or the way to it, has ended the stream; it stays so.
  virtual bool HasEnded() const = 0;
  // Result: true when this side has ended it, because the peer hinted faster than anybody has
  // something to say.
  virtual bool WasFlooded() const { return false; }
};

// Thread-safe. Each call waits for the answer no longer than the connection's own bound. Errors of
// all calls: FETCH_FAILED (the peer was not reached, or did not answer in time), and those that the
// peer itself answered.
class PeerConnection {
 public:
  // The peer says that `version` of the publisher's timestamp is in force at it. Must be quick, and
  // must not end the stream.
  using OnHint = std::function<void(const std::string& publisher, int64_t version)>;

  virtual ~PeerConnection() = default;

  // Result: the files of `publisher` as this peer hands them out: its own repository, or one that
  // it relays. The connection must outlive it.
  virtual std::unique_ptr<Fetcher> FetcherOf(const MemberId& publisher) = 0;

  // Result: a stream of the peer's hints about all publishers: what it holds now, then each change.
  // `on_hint` may be called before this returns, and from any thread; never at once by two. The
  // connection must outlive the stream.
  virtual std::unique_ptr<HintStream> WatchHints(OnHint on_hint) = 0;

  // Tells the peer what is held here of histories. Result: what the peer holds.
  virtual absl::StatusOr<trustlist::v1::ExchangeHeadsResponse> ExchangeHeads(
      const trustlist::v1::ExchangeHeadsRequest& request) = 0;

  // Result: a licence-tag key of a jurisdiction of the peer; `epoch` 0: of the one in use.
  virtual absl::StatusOr<trustlist::v1::GetEpochKeyResponse> GetEpochKey(
      const JurisdictionId& jurisdiction, uint32_t epoch) = 0;

  // Delivers events of one dispute. Result: the sequence of the next event that the peer lacks.
  virtual absl::StatusOr<uint64_t> Deliver(const dispute::v1::DeliverRequest& request) = 0;

  // Ends the calls that wait for an answer, those of fetchers among them, and every later one at
  // once, with FETCH_FAILED: the node stops. Streams go on until they are destroyed.
  virtual void Cut() = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_FEDERATION_PEER_CONNECTION_H_
