#ifndef MRG_GATEWAY_RECOGNITION_LICENCE_FACTS_H_
#define MRG_GATEWAY_RECOGNITION_LICENCE_FACTS_H_

// The few facts of a licence on which recognition turns, drawn from its canonical elements: who
// issued it, for where, of which type, for how long, to whom.
//
// Thread-safe: immutable values.

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/base/reason.h"
#include "gateway/catalogue/catalogue.h"
#include "mrg/gateway/v1/licence.pb.h"

namespace mrg {

struct LicenceFacts {
  std::string type_code;    // empty when the standard does not carry it
  std::string name;         // the licence's or its type's Chinese name
  std::string number;       // as received
  std::string issuer_code;  // GB 32100
  std::string area;         // GB/T 2260 division; may be empty
  std::string status;       // canonical status code; empty when the standard does not carry it
  std::vector<std::string> holder_names;
  std::vector<std::string> holder_codes;
  std::optional<absl::Time> issued_at;   // start of the day, Asia/Shanghai
  std::optional<absl::Time> valid_from;  // start of the first day
  std::optional<absl::Time>
      valid_until;       // start of the day after the last; nullopt: 长期 or unsaid
  bool is_copy = false;  // 加注件: any element of a copy is there
  std::string copy_cause;
  std::optional<absl::Time> copy_expires;

  static LicenceFacts From(const std::vector<gateway::v1::Element>& elements);

  // Result: the type by code, else by exact name through the catalogue; nullopt when neither leads
  // to a type of it.
  std::optional<std::string> TypeCode(const Catalogue& catalogue) const;

  // Result: the issuing jurisdiction: the first two digits of the area, and characters 3-4 of the
  // issuer's code; nullopt when both are there and differ, or neither is.
  std::optional<std::string> Jurisdiction() const;

  // Result: the area, or `jurisdiction` when the document leaves it empty.
  std::string AreaOr(absl::string_view jurisdiction) const;

  // Result: LICENCE_NOT_YET_VALID, LICENCE_EXPIRED or LICENCE_STATUS_NOT_VALID; nullopt when valid
  // at `now`. The last day is included.
  std::optional<Reason> ValidityRefusal(absl::Time now) const;

  // Result: true when a holder has this name and, in the same place, this code; empty ones are not
  // compared.
  bool HolderIs(absl::string_view expected_name, absl::string_view expected_code) const;

  // Result: true when the copy was made for `purpose` (scenario id or its Chinese name) and has
  // not expired.
  bool CopyMayServe(absl::string_view scenario, absl::string_view scenario_zh,
                    absl::Time now) const;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_RECOGNITION_LICENCE_FACTS_H_
