#ifndef MRG_GATEWAY_AGREEMENT_AGREEMENT_H_
#define MRG_GATEWAY_AGREEMENT_AGREEMENT_H_

// One revision of an agreement of mutual recognition, read from its textproto and checked.
//
// Thread-safe: immutable values and pure functions.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mrg/gateway/v1/agreement.pb.h"

namespace mrg {

class Agreement {
 public:
  // Parses and checks the bytes of an agreement's target (ADR-0028).
  // Errors: AGREEMENT_INVALID naming the field; a freshness limit is refused, since this version
  // does not honour it.
  static absl::StatusOr<std::shared_ptr<const Agreement>> Parse(absl::string_view bytes);

  const std::string& id() const { return message_.id(); }
  uint32_t revision() const { return message_.revision(); }
  const gateway::v1::Agreement& message() const { return message_; }

  bool HasParty(absl::string_view jurisdiction) const;
  bool HasScenario(absl::string_view scenario) const;
  // Result: how many uses (from, to, type and scenario) the rules cover.
  size_t use_count() const;
  // Result: true when `t` lies in [from, until).
  bool Covers(absl::Time t) const;
  // Result: its first instant, and the first one after its last; InfiniteFuture without an end.
  absl::Time from() const;
  absl::Time until() const;

 private:
  explicit Agreement(gateway::v1::Agreement message) : message_(std::move(message)) {}

  const gateway::v1::Agreement message_;
};

// Parses and checks a repeal's textproto. Errors: AGREEMENT_INVALID naming the field.
absl::StatusOr<gateway::v1::Repeal> ParseRepeal(absl::string_view bytes);

// Checks that `jurisdiction`, which lists the agreement, is one of its parties.
// Errors: AGREEMENT_INVALID, naming both.
absl::Status CheckIsParty(const gateway::v1::Agreement& agreement, absl::string_view jurisdiction);

}  // namespace mrg

#endif  // MRG_GATEWAY_AGREEMENT_AGREEMENT_H_
