#ifndef MRG_TESTS_SIMULATION_MEMORY_PEER_CONNECTION_H_
#define MRG_TESTS_SIMULATION_MEMORY_PEER_CONNECTION_H_

// Nodes of a federation in one process: connections between them that are plain calls, ways between
// them that can be cut, and nodes that come and go. No threads, no waiting, no random source: the
// same calls give the same answers. A way that is cut, or a node that is away, fails a call at
// once; time passes only when the test moves the clocks.
//
// Threads: all of it, and every node on it, belongs to one thread.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "dispute/inbound.h"
#include "gateway/base/clock.h"
#include "gateway/base/identifiers.h"
#include "gateway/federation/head_desk.h"
#include "gateway/federation/peer_connection.h"
#include "gateway/federation/trust_hints.h"
#include "gateway/licence_tag/epoch_keyring.h"
#include "trustlist/repository/repository_reader.h"

namespace mrg {

// The parts of a node that answer others. A null one is a service that the node does not offer.
struct MemoryNode {
  const RepositoryReader* repositories = nullptr;
  HeadDesk* heads = nullptr;
  TrustHints* hints = nullptr;
  const EpochKeyring* epoch_keys = nullptr;
  Inbound* disputes = nullptr;
  const Clock* clock = nullptr;  // the node's own; REQUIRED with epoch_keys and disputes
};

class MemoryNetwork {
 public:
  MemoryNetwork() = default;
  MemoryNetwork(const MemoryNetwork&) = delete;
  MemoryNetwork& operator=(const MemoryNetwork&) = delete;

  // The node of `member` answers from now on. Its parts must live until Remove.
  void Add(const MemberId& member, MemoryNode node);
  // It went away: streams from it end, and calls to it fail. Before its parts are destroyed.
  void Remove(const MemberId& member);

  // Cuts the way between two nodes in both directions, or opens it again. Open streams end.
  void Cut(const MemberId& a, const MemberId& b);
  void Join(const MemberId& a, const MemberId& b);
  // Result: whether that way is cut.
  bool IsCut(const MemberId& a, const MemberId& b) const;
  // Opens every way.
  void JoinAll() { cut_.clear(); }

  // Result: the connection of `from` to `to`, both of which may come and go. The network must
  // outlive it, its fetchers and its streams.
  std::unique_ptr<PeerConnection> Connect(const MemberId& from, const MemberId& to);

  // Result: how many calls `from` made to `to`, answered or not; streams are not counted.
  int64_t calls(const MemberId& from, const MemberId& to) const;

 private:
  class Connection;
  class FetcherOver;
  class Stream;

  // Counts a call. Result: the node; null when it is not reached.
  const MemoryNode* Call(const MemberId& from, const MemberId& to);
  const MemoryNode* Reach(const MemberId& from, const MemberId& to) const;

  std::map<MemberId, MemoryNode> nodes_;
  std::set<std::pair<MemberId, MemberId>> cut_;  // the smaller member first
  std::map<std::pair<MemberId, MemberId>, int64_t> calls_;
  std::set<Stream*> streams_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SIMULATION_MEMORY_PEER_CONNECTION_H_
