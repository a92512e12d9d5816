#ifndef MRG_GATEWAY_CEREMONY_TESTING_AGREEMENT_TEXT_H_
#define MRG_GATEWAY_CEREMONY_TESTING_AGREEMENT_TEXT_H_

// For tests: an agreement that can be staged.
//
// Threads: a plain function.

#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/whole_file.h"

namespace mrg {

inline constexpr char kAgreement[] =
    "deploy/regions/yangtze-delta/agreements/changsanjiao-2020.textproto";

// Result: the shipped agreement, with who publishes for its parties.
inline std::string AgreementText() {
  return absl::StrCat(*ReadWholeFile(kAgreement),
                      "counterpart_roots { member: \"yangtze-delta\" sha256: \"",
                      std::string(64, 'a'),
                      "\" jurisdictions: \"31\" jurisdictions: \"32\" jurisdictions: \"33\" "
                      "jurisdictions: \"34\" }\n");
}

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_TESTING_AGREEMENT_TEXT_H_
