#ifndef MRG_GATEWAY_CEREMONY_TESTING_SAMPLE_LISTS_H_
#define MRG_GATEWAY_CEREMONY_TESTING_SAMPLE_LISTS_H_

// For tests: what a member of the sample regions can stage.
//
// Threads: plain functions.

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/whole_file.h"

namespace mrg {

inline constexpr char kIssuer[] = "11310000YY000001XH";
inline constexpr char kPack[] = "deploy/packs/delta-reply/11100000XX0000019L003.textproto";
inline constexpr char kDictionary[] = "deploy/packs/canonical/1.textproto";
inline constexpr char kCatalogue[] = "deploy/regions/yangtze-delta/catalogue-31.textproto";
inline constexpr char kAgreement[] =
    "deploy/regions/yangtze-delta/agreements/changsanjiao-2020.textproto";

// Result: an Ed25519 key (RFC 8410) of 32 bytes that begin with `name`.
inline std::string KeyNamed(std::string name) {
  name.resize(32, '.');
  return absl::StrCat(absl::HexStringToBytes("302a300506032b6570032100"), name);
}

// Result: the shipped agreement, with who publishes for its parties.
inline std::string AgreementText() {
  return absl::StrCat(*ReadWholeFile(kAgreement),
                      "counterpart_roots { member: \"yangtze-delta\" sha256: \"",
                      std::string(64, 'a'),
                      "\" jurisdictions: \"31\" jurisdictions: \"32\" jurisdictions: \"33\" "
                      "jurisdictions: \"34\" }\n");
}

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_TESTING_SAMPLE_LISTS_H_
