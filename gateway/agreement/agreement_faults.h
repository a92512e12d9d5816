#ifndef MRG_GATEWAY_AGREEMENT_AGREEMENT_FAULTS_H_
#define MRG_GATEWAY_AGREEMENT_AGREEMENT_FAULTS_H_

// What is wrong between the agreements that the parties list: two in force at once for one pair and
// type, and revisions whose copies differ. A node refuses to publish the first; both can still come
// about when two members publish at the same time, and are alarms then (ADR-0011).
//
// Thread-safe: pure functions.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/time/time.h"
#include "gateway/agreement/agreement_history.h"

namespace mrg {

// Two agreements that are in force at once for the same pair, direction and type, in whatever
// scenarios: the packs and the dispute routes of the type would be those of either.
struct AgreementConflict {
  std::string issuing;
  std::string using_side;
  std::string type_code;
  std::string first_agreement;  // ids; the first one counts alone while both are in force
  std::string second_agreement;
  absl::Time from;  // of the first overlap at or after the instant asked for

  // Equal for two that are about the same agreements, pair, direction and type.
  using Key = std::tuple<std::string, std::string, std::string, std::string, std::string>;
  Key key() const;
};

// A revision of which two parties list different texts.
struct AgreementMismatch {
  std::string agreement;
  uint32_t revision = 0;
  std::string first_jurisdiction;  // the lower code
  std::string second_jurisdiction;

  // Equal for two that are about the same revision and pair.
  using Key = std::tuple<std::string, uint32_t, std::string, std::string>;
  Key key() const;
};

// Both look only at pairs with one of the jurisdictions `of`. What another member agrees between
// its own provinces is its own affair, and it alone decides how much of that there is; of a pair
// with one of ours there is no more than what we list ourselves.

// Result: the conflicts at `t` or later, by pair, agreements, direction and type, and no more than
// `count_max` of them; none is ordinary.
std::vector<AgreementConflict> ConflictsFrom(const AgreementHistory& history,
                                             const std::set<std::string>& of, absl::Time t,
                                             size_t count_max = std::numeric_limits<size_t>::max());

// Result: the revisions whose texts differ and cover `t` or a later instant, by pair, agreement and
// revision, the highest first, and no more than `count_max` of them; none is ordinary.
std::vector<AgreementMismatch> MismatchesFrom(
    const AgreementHistory& history, const std::set<std::string>& of, absl::Time t,
    size_t count_max = std::numeric_limits<size_t>::max());

}  // namespace mrg

#endif  // MRG_GATEWAY_AGREEMENT_AGREEMENT_FAULTS_H_
