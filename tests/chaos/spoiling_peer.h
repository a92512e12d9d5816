#ifndef MRG_TESTS_CHAOS_SPOILING_PEER_H_
#define MRG_TESTS_CHAOS_SPOILING_PEER_H_

// A node in the hands of somebody who alters what it hands out: it has the certificate of the node
// whose place it takes, passes every call on to that node under the caller's own identity, and
// flips a bit in answers of its trust repository when it is told to. TLS does not see that; only
// the checks of the follower can.
//
// Threads: made and destroyed by one thread; Spoil and the count are thread-safe.

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace mrg {

// Certificates and keys, PEM.
struct PeerFiles {
  std::string certificate_pem;
  std::string key_pem;
  std::string ca_pem;
};

class SpoilingPeer {
 public:
  // Takes calls as `peer`, from callers of the CA of `caller`; passes them on to the node at
  // `address` as `caller`. Errors: UNAVAILABLE when it cannot listen.
  static absl::StatusOr<std::unique_ptr<SpoilingPeer>> Start(const PeerFiles& caller,
                                                             const PeerFiles& peer,
                                                             const std::string& address);
  ~SpoilingPeer();

  // Where it listens, 127.0.0.1:port.
  const std::string& address() const { return address_; }

  // From now on every `each`th answer is spoilt; 0: none.
  void Spoil(uint64_t each);
  uint64_t spoilt() const;

 private:
  struct Parts;
  SpoilingPeer(std::unique_ptr<Parts> parts, std::string address);

  const std::unique_ptr<Parts> parts_;
  const std::string address_;
};

}  // namespace mrg

#endif  // MRG_TESTS_CHAOS_SPOILING_PEER_H_
