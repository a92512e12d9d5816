#include "gateway/rpc/server/connection_bounds.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
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
  for (const ConnectionLimits& limit : limits) listeners_.push_back({limit, {}, {}, {}, 0});
}

ConnectionBounds::Taken ConnectionBounds::Take(size_t index, const OpenConnection& connection) {
  MutexLock lock(mu_);
  Listener& listener = listeners_[index];
  const std::array<uint8_t, 16> subscriber = Subscriber(connection.peer);
  const auto of_address = [&] {
    const auto found = listener.of_address.find(subscriber);
    return found == listener.of_address.end() ? size_t{0} : found->second;
  };
  const auto is_full = [&] {
    return listener.open() >= listener.limits.open_max ||
           listener.unproved.size() >= listener.limits.unproved_max ||
           of_address() >= listener.limits.address_max;
  };
  // Looking costs a system call a connection, so only when it may help.
  if (is_full()) {
    Forget(&listener, &listener.unproved, &listener.ended_unproved);
    uint64_t ignored = 0;
    Forget(&listener, &listener.proved, &ignored);
  }
  if (listener.open() >= listener.limits.open_max) return {Answer::kListenerFull, std::nullopt};
  if (of_address() >= listener.limits.address_max) return {Answer::kAddressFull, std::nullopt};
  Taken taken{Answer::kTaken, std::nullopt};
  if (listener.unproved.size() >= listener.limits.unproved_max) {
    taken.evicted = listener.unproved.front();
    // It counts until it has ended, as the newest: each gives way once.
    listener.unproved.splice(listener.unproved.end(), listener.unproved, listener.unproved.begin());
  }
  listener.unproved.push_back(connection);
  ++listener.of_address[subscriber];
  // A port that is used again belongs to the newer connection.
  places_[connection.peer] = {index, false, std::prev(listener.unproved.end())};
  return taken;
}

void ConnectionBounds::Prove(absl::string_view peer) {
  const std::optional<PeerSocket> parsed = ParsePeer(peer);
  if (!parsed.has_value()) return;
  MutexLock lock(mu_);
  const auto place = places_.find(*parsed);
  if (place == places_.end() || place->second.proved) return;
  Listener& listener = listeners_[place->second.listener];
  listener.proved.splice(listener.proved.end(), listener.unproved, place->second.at);
  place->second.proved = true;
}

ConnectionBounds::Figures ConnectionBounds::Sweep(size_t index) {
  MutexLock lock(mu_);
  Listener& listener = listeners_[index];
  Forget(&listener, &listener.unproved, &listener.ended_unproved);
  uint64_t ignored = 0;
  Forget(&listener, &listener.proved, &ignored);
  return {listener.open(), listener.unproved.size(), listener.ended_unproved};
}

bool ConnectionBounds::HasRoom(size_t index) const {
  MutexLock lock(mu_);
  return listeners_[index].open() < listeners_[index].limits.open_max;
}

void ConnectionBounds::Forget(Listener* listener, std::list<OpenConnection>* list,
                              uint64_t* ended) {
  for (auto at = list->begin(); at != list->end();) {
    if (is_open_(at->fd, at->inode)) {
      ++at;
      continue;
    }
    const auto of_address = listener->of_address.find(Subscriber(at->peer));
    if (--of_address->second == 0) listener->of_address.erase(of_address);
    const auto place = places_.find(at->peer);
    if (place != places_.end() && place->second.at == at) places_.erase(place);
    at = list->erase(at);
    ++*ended;
  }
}

}  // namespace mrg
