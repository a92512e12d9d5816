#include "tests/simulation/memory_peer_connection.h"

#include <optional>
#include <string>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/licence_tag/give_epoch_key.h"

namespace mrg {
namespace {

absl::Status NotReached() { return MakeError(Reason::kFetchFailed, "the peer was not reached"); }

// What a client of a repository may see of a peer's answer (Fetcher).
template <typename Value>
absl::StatusOr<Value> AsFetched(absl::StatusOr<Value> answer) {
  const std::optional<Reason> reason = ReasonOf(answer.status());
  if (answer.ok() || reason == Reason::kMetadataNotFound || reason == Reason::kTargetNotFound ||
      reason == Reason::kTreeNodeNotFound) {
    return answer;
  }
  return MakeError(Reason::kFetchFailed, "the peer could not answer");
}

absl::StatusOr<std::string> Bounded(absl::StatusOr<std::string> content, size_t bytes_max) {
  if (!content.ok() || content->size() <= bytes_max) return content;
  return MakeError(Reason::kMetadataTooLong, "the file is longer than asked for");
}

std::pair<MemberId, MemberId> Way(const MemberId& a, const MemberId& b) {
  return a < b ? std::make_pair(a, b) : std::make_pair(b, a);
}

}  // namespace

class MemoryNetwork::FetcherOver : public Fetcher {
 public:
  FetcherOver(MemoryNetwork* network, MemberId from, MemberId to, MemberId publisher)
      : network_(network),
        from_(std::move(from)),
        to_(std::move(to)),
        publisher_(std::move(publisher)) {}

  absl::StatusOr<std::string> FetchMetadata(absl::string_view role, std::optional<int64_t> version,
                                            size_t bytes_max) override {
    const RepositoryReader* const reader = Reader();
    if (reader == nullptr) return NotReached();
    return Bounded(AsFetched(reader->ReadMetadata(publisher_, role, version)), bytes_max);
  }
  absl::StatusOr<std::string> FetchTarget(absl::string_view path, absl::string_view sha256,
                                          size_t bytes_max) override {
    const RepositoryReader* const reader = Reader();
    if (reader == nullptr) return NotReached();
    return Bounded(AsFetched(reader->ReadTarget(publisher_, path, sha256)), bytes_max);
  }
  absl::StatusOr<std::vector<std::string>> FetchNodes(
      const std::vector<std::string>& sha256) override {
    const RepositoryReader* const reader = Reader();
    if (reader == nullptr) return NotReached();
    return AsFetched(reader->ReadNodes(sha256));
  }
  absl::StatusOr<std::vector<std::string>> FetchTimestamps(int64_t first, int64_t last,
                                                           size_t bytes_max) override {
    const RepositoryReader* const reader = Reader();
    if (reader == nullptr) return NotReached();
    MRG_ASSIGN_OR_RETURN(std::vector<std::string> timestamps,
                         AsFetched(reader->ReadTimestamps(publisher_, first, last)));
    for (const std::string& timestamp : timestamps) {
      MRG_RETURN_IF_ERROR(Bounded(timestamp, bytes_max).status());
    }
    return timestamps;
  }

 private:
  const RepositoryReader* Reader() {
    const MemoryNode* const node = network_->Call(from_, to_);
    return node == nullptr ? nullptr : node->repositories;
  }

  MemoryNetwork* const network_;
  const MemberId from_;
  const MemberId to_;
  const MemberId publisher_;
};

class MemoryNetwork::Stream : public HintStream {
 public:
  Stream(MemoryNetwork* network, MemberId from, MemberId to)
      : network_(network), from_(std::move(from)), to_(std::move(to)) {
    network_->streams_.insert(this);
  }
  ~Stream() override { network_->streams_.erase(this); }

  void Open(TrustHints* hints, PeerConnection::OnHint on_hint) {
    subscription_ = hints->Subscribe(std::move(on_hint));
  }
  void End() { subscription_.reset(); }
  bool HasEnded() const override { return subscription_ == nullptr; }

  bool IsBetween(const MemberId& a, const MemberId& b) const {
    return Way(from_, to_) == Way(a, b);
  }
  bool Touches(const MemberId& member) const { return from_ == member || to_ == member; }

 private:
  MemoryNetwork* const network_;
  const MemberId from_;
  const MemberId to_;
  std::unique_ptr<TrustHints::Subscription> subscription_;  // null: it has ended
};

class MemoryNetwork::Connection : public PeerConnection {
 public:
  Connection(MemoryNetwork* network, MemberId from, MemberId to)
      : network_(network), from_(std::move(from)), to_(std::move(to)) {}

  std::unique_ptr<Fetcher> FetcherOf(const MemberId& publisher) override {
    return std::make_unique<FetcherOver>(network_, from_, to_, publisher);
  }

  std::unique_ptr<HintStream> WatchHints(OnHint on_hint) override {
    auto stream = std::make_unique<Stream>(network_, from_, to_);
    const MemoryNode* const node = network_->Reach(from_, to_);
    if (node != nullptr && node->hints != nullptr) stream->Open(node->hints, std::move(on_hint));
    return stream;
  }

  absl::StatusOr<trustlist::v1::ExchangeHeadsResponse> ExchangeHeads(
      const trustlist::v1::ExchangeHeadsRequest& request) override {
    const MemoryNode* const node = network_->Call(from_, to_);
    if (node == nullptr || node->heads == nullptr) return NotReached();
    return node->heads->Answer(request);
  }

  absl::StatusOr<trustlist::v1::GetEpochKeyResponse> GetEpochKey(const JurisdictionId& jurisdiction,
                                                                 uint32_t epoch) override {
    const MemoryNode* const node = network_->Call(from_, to_);
    if (node == nullptr || node->epoch_keys == nullptr) return NotReached();
    return GiveEpochKey(node->epoch_keys->OwnKeysOf(jurisdiction), epoch, node->clock->Now());
  }

  absl::StatusOr<uint64_t> Deliver(const dispute::v1::DeliverRequest& request) override {
    const MemoryNode* const node = network_->Call(from_, to_);
    if (node == nullptr || node->disputes == nullptr) return NotReached();
    const std::vector<std::string> events(request.events().begin(), request.events().end());
    return node->disputes->Deliver(from_, request.dispute(), events, node->clock->Now());
  }

  // No call waits.
  void Cut() override {}

 private:
  MemoryNetwork* const network_;
  const MemberId from_;
  const MemberId to_;
};

void MemoryNetwork::Add(const MemberId& member, MemoryNode node) { nodes_[member] = node; }

void MemoryNetwork::Remove(const MemberId& member) {
  nodes_.erase(member);
  for (Stream* const stream : streams_) {
    if (stream->Touches(member)) stream->End();
  }
}

void MemoryNetwork::Cut(const MemberId& a, const MemberId& b) {
  cut_.insert(Way(a, b));
  for (Stream* const stream : streams_) {
    if (stream->IsBetween(a, b)) stream->End();
  }
}

void MemoryNetwork::Join(const MemberId& a, const MemberId& b) { cut_.erase(Way(a, b)); }

bool MemoryNetwork::IsCut(const MemberId& a, const MemberId& b) const {
  return cut_.contains(Way(a, b));
}

std::unique_ptr<PeerConnection> MemoryNetwork::Connect(const MemberId& from, const MemberId& to) {
  return std::make_unique<Connection>(this, from, to);
}

int64_t MemoryNetwork::calls(const MemberId& from, const MemberId& to) const {
  const auto found = calls_.find({from, to});
  return found == calls_.end() ? 0 : found->second;
}

const MemoryNode* MemoryNetwork::Call(const MemberId& from, const MemberId& to) {
  ++calls_[{from, to}];
  return Reach(from, to);
}

const MemoryNode* MemoryNetwork::Reach(const MemberId& from, const MemberId& to) const {
  const auto node = nodes_.find(to);
  return node == nodes_.end() || IsCut(from, to) ? nullptr : &node->second;
}

}  // namespace mrg
