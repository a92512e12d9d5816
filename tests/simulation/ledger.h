#ifndef MRG_TESTS_SIMULATION_LEDGER_H_
#define MRG_TESTS_SIMULATION_LEDGER_H_

// What is true of the federation, apart from every node: what each member ever signed, what its
// lists said in each state, and what was acknowledged to whoever asked for it. Nodes are judged by
// it; it knows none of them.
//
// Threads: belongs to one thread.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/recognition/decision.h"
#include "trustlist/store/in_force.h"

namespace mrg {

class Ledger {
 public:
  // When licences may not be recognised, by name: from the first instant to before the second.
  using Terms = std::map<std::string, std::vector<std::pair<absl::Time, absl::Time>>>;

  // Result: whether the licence may not be recognised at `t`, by those terms.
  static bool IsOut(const Terms& terms, const std::string& name, absl::Time t);

  // A member signed this set. Repeats change nothing.
  void Signed(const InForceSet& set);
  // The status list of that digest says what was acknowledged up to now, and `more`.
  void StatusSays(const std::string& tree_sha256, const Terms& more = {});
  bool KnowsStatus(const std::string& tree_sha256) const { return statuses_.contains(tree_sha256); }
  // The issuer tree of that digest lists the authority's key as good, or not.
  void IssuersSay(const std::string& tree_sha256, bool listed) {
    issuers_.insert_or_assign(tree_sha256, listed);
  }

  // A licence was put out, or in again, at `now`, and whoever asked was told so.
  void Acknowledge(const std::string& name, bool out, absl::Time now);
  const Terms& acknowledged() const { return acknowledged_; }

  // Judges a decision about the licence `name`, made at `now` of its node's clock. Errors, in
  // words: it rests on what nobody signed, used what no list names, or its outcome is not what
  // those lists say.
  absl::Status Judge(const Decision& decision, const std::string& name,
                     const std::string& issuing_member, absl::Time now) const;

 private:
  struct Fact {
    std::string publisher;
    std::map<std::string, std::string> targets;  // path -> SHA-256
    std::map<std::string, std::string> roles;    // role -> SHA-256 of the signed part
  };

  std::map<std::string, Fact> timestamps_;  // by SHA-256 of the signed part
  Terms acknowledged_;
  std::map<std::string, Terms> statuses_;
  std::map<std::string, bool> issuers_;
};

}  // namespace mrg

#endif  // MRG_TESTS_SIMULATION_LEDGER_H_
