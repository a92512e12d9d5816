#ifndef MRG_TESTS_CHAOS_PUBLISHED_LISTS_H_
#define MRG_TESTS_CHAOS_PUBLISHED_LISTS_H_

// All that was ever published in a federation, as the publishers' own nodes hand it out: by this
// every version, digest, target and answer that is seen anywhere is judged.
//
// Threads: of the test's main thread.

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "grpcpp/channel.h"
#include "mrg/audit/v1/audit.pb.h"
#include "tests/federation/federation.h"

namespace mrg {

// One version of one role.
struct RoleName {
  std::string publisher;
  std::string role;
  int64_t version = 0;

  auto operator<=>(const RoleName&) const = default;
};
std::string InWords(const RoleName& name);

// Result: the roles of a member's repository.
std::vector<std::string> RolesOf(const std::string& member);

class PublishedLists {
 public:
  explicit PublishedLists(const Federation& federation);

  // Result: SHA-256 in hex of the canonical `signed` part of the role's file as the node of `at`
  // serves it, asked at its own listener; version 0 is what is in force there. Fails the test when
  // it has none.
  std::string SignedDigestAt(const std::string& at, const RoleName& name) const;

  // Notes what is in force at the member's own node. To be called after each publication there.
  // Fails the test when a version was there before with another digest.
  void Note(const std::string& member);
  bool WasPublished(const RoleName& name) const { return published_.contains(name); }
  // Result: the newest version noted of a role; 0 when there is none.
  int64_t Newest(const std::string& member, const std::string& role) const;

  // What follows from the newest noted version of a jurisdiction's list, or of a member's status
  // list, for the licence that the test asks about.
  void SetCompromised(const std::string& jurisdiction, bool compromised);
  void SetRevoked(const std::string& member, bool revoked);

  // Result: what is wrong with a decision about a licence of `issuing`; empty when all that it
  // rests on was published, and it says what that says.
  std::string Judge(const std::string& issuing, const std::string& answer,
                    const audit::v1::DecisionRecord& record) const;

 private:
  struct Published {
    std::string signed_sha256;
    std::map<std::string, std::string> targets;  // path -> SHA-256
  };

  std::string ServedAt(const std::string& at, const RoleName& name) const;
  std::string ExpectedAnswer(const std::string& issuing,
                             const std::map<std::string, int64_t>& issuing_versions) const;

  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;  // to each node, by member
  std::map<RoleName, Published> published_;
  std::set<std::pair<std::string, std::string>> ever_listed_;      // path, SHA-256
  std::map<std::pair<std::string, std::string>, int64_t> newest_;  // by member and role
  std::map<RoleName, bool> compromised_;
  std::map<RoleName, bool> revoked_;
};

}  // namespace mrg

#endif  // MRG_TESTS_CHAOS_PUBLISHED_LISTS_H_
