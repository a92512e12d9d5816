#include "gateway/rpc/server/connection_bounds.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace mrg {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr size_t kNetworkBytes = 8;  // of an IPv6 address that one subscriber has: a /64

// Result: what counts as one address.
std::array<uint8_t, 16> Subscriber(const PeerSocket& peer) {
  std::array<uint8_t, 16> address = peer.address;
  if (!std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.begin())) {
    std::fill(address.begin() + kNetworkBytes, address.end(), 0);
  }
  return address;
}

}  // namespace

std::optional<PeerSocket> ParsePeer(absl::string_view peer) {
  const size_t colon = peer.rfind(':');
  if (colon == absl::string_view::npos) return std::nullopt;
  uint32_t port = 0;
  if (!absl::SimpleAtoi(peer.substr(colon + 1), &port) || port > UINT16_MAX) return std::nullopt;
  absl::string_view host = peer.substr(0, colon);
  PeerSocket parsed;
  parsed.port = static_cast<uint16_t>(port);
  if (absl::ConsumePrefix(&host, "ipv4:")) {
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), parsed.address.begin());
    if (inet_pton(AF_INET, std::string(host).c_str(),
                  parsed.address.data() + kMappedPrefix.size()) != 1) {
      return std::nullopt;
    }
    return parsed;
  }
  if (!absl::ConsumePrefix(&host, "ipv6:")) return std::nullopt;
  std::string text = absl::StrReplaceAll(host, {{"%5B", ""}, {"%5D", ""}, {"[", ""}, {"]", ""}});
  text = text.substr(0, text.find('%'));  // the zone of a link-local address
  if (inet_pton(AF_INET6, text.c_str(), parsed.address.data()) != 1) return std::nullopt;
  return parsed;
}

ConnectionBounds::ConnectionBounds(std::vector<ConnectionLimits> limits,
                                   std::function<bool(int fd, uint64_t inode)> is_open)
    : is_open_(std::move(is_open)) {
  for (const ConnectionLimits& limit : limits) listeners_.emplace_back().limits = limit;
}

ConnectionBounds::Taken ConnectionBounds::Take(size_t index, const OpenConnection& connection) {
  MutexLock lock(mu_);
  Listener& listener = listeners_[index];
  const ConnectionLimits& limits = listener.limits;
  const Address address = Subscriber(connection.peer);
  if (listener.open >= limits.open_max) return {Answer::kListenerFull, std::nullopt};
  Of& of = listener.of_address[address];
  // Looking costs a system call a connection, so only those of one address are looked at, and those
  // of callers only when they fill it.
  if (of.open() >= limits.address_max) {
    ForgetUnproved(&listener, address, &of);
    listener.open -= Forget(&of.proved).count;
    if (of.open() >= limits.address_max) return {Answer::kAddressFull, std::nullopt};
  }
  Taken taken{Answer::kTaken, std::nullopt};
  if (of.unproved.size() >= limits.address_unproved_max) ForgetUnproved(&listener, address, &of);
  if (of.unproved.size() >= limits.address_unproved_max) {
    taken.evicted = MakeWay(&listener, address);
  } else if (listener.unproved >= limits.unproved_max) {
    const Address most = listener.ranks.rbegin()->address;
    ForgetUnproved(&listener, most, &listener.of_address[most]);
    if (listener.unproved >= limits.unproved_max) {
      taken.evicted = MakeWay(&listener, Address(listener.ranks.rbegin()->address));
    }
  }
  Unrank(&listener, address, of);
  of.unproved.push_back({connection, next_++});
  Rerank(&listener, address, of);
  ++listener.open;
  ++listener.unproved;
  // A port that is used again belongs to the newer connection.
  places_[connection.peer] = {index, List::kUnproved, std::prev(of.unproved.end())};
  return taken;
}

OpenConnection ConnectionBounds::MakeWay(Listener* listener, const Address& address) {
  Of& of = listener->of_address[address];
  Unrank(listener, address, of);
  const auto oldest = of.unproved.begin();
  const auto place = places_.find(oldest->connection.peer);
  if (place != places_.end() && place->second.at == oldest) place->second.list = List::kLeaving;
  of.leaving.splice(of.leaving.end(), of.unproved, oldest);
  --listener->unproved;
  Rerank(listener, address, of);
  return oldest->connection;
}

void ConnectionBounds::Unrank(Listener* listener, const Address& address, const Of& of) {
  if (of.unproved.empty()) return;
  listener->ranks.erase({of.unproved.size(), UINT64_MAX - of.unproved.front().number, address});
}

void ConnectionBounds::Rerank(Listener* listener, const Address& address, const Of& of) {
  if (of.unproved.empty()) return;
  listener->ranks.insert({of.unproved.size(), UINT64_MAX - of.unproved.front().number, address});
}

void ConnectionBounds::Hear(absl::string_view peer) {
  const std::optional<PeerSocket> parsed = ParsePeer(peer);
  if (!parsed.has_value()) return;
  MutexLock lock(mu_);
  const auto place = places_.find(*parsed);
  if (place != places_.end()) place->second.at->heard = true;
}

void ConnectionBounds::Prove(absl::string_view peer) {
  const std::optional<PeerSocket> parsed = ParsePeer(peer);
  if (!parsed.has_value()) return;
  MutexLock lock(mu_);
  const auto place = places_.find(*parsed);
  if (place == places_.end() || place->second.list != List::kUnproved) return;
  Listener& listener = listeners_[place->second.listener];
  const Address address = Subscriber(*parsed);
  Of& of = listener.of_address[address];
  Unrank(&listener, address, of);
  of.proved.splice(of.proved.end(), of.unproved, place->second.at);
  Rerank(&listener, address, of);
  --listener.unproved;
  place->second.list = List::kProved;
}

ConnectionBounds::Figures ConnectionBounds::Sweep(size_t index) {
  MutexLock lock(mu_);
  Listener& listener = listeners_[index];
  for (auto at = listener.of_address.begin(); at != listener.of_address.end();) {
    ForgetUnproved(&listener, at->first, &at->second);
    listener.open -= Forget(&at->second.proved).count;
    const Ended left = Forget(&at->second.leaving);
    listener.open -= left.count;
    listener.ended_unproved += left.count;
    listener.ended_unheard += left.unheard;
    at = at->second.empty() ? listener.of_address.erase(at) : std::next(at);
  }
  return {listener.open, listener.unproved, listener.ended_unproved, listener.ended_unheard};
}

bool ConnectionBounds::HasRoom(size_t index) const {
  MutexLock lock(mu_);
  return listeners_[index].open < listeners_[index].limits.open_max;
}

void ConnectionBounds::ForgetUnproved(Listener* listener, const Address& address, Of* of) {
  Unrank(listener, address, *of);
  const Ended ended = Forget(&of->unproved);
  Rerank(listener, address, *of);
  listener->open -= ended.count;
  listener->unproved -= ended.count;
  listener->ended_unproved += ended.count;
  listener->ended_unheard += ended.unheard;
}

ConnectionBounds::Ended ConnectionBounds::Forget(std::list<Entry>* list) {
  Ended ended;
  for (auto at = list->begin(); at != list->end();) {
    if (is_open_(at->connection.fd, at->connection.inode)) {
      ++at;
      continue;
    }
    const auto place = places_.find(at->connection.peer);
    if (place != places_.end() && place->second.at == at) places_.erase(place);
    ++ended.count;
    if (!at->heard) ++ended.unheard;
    at = list->erase(at);
  }
  return ended;
}

}  // namespace mrg
