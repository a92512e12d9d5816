#ifndef MRG_GATEWAY_CLI_SPOKEN_DIGEST_H_
#define MRG_GATEWAY_CLI_SPOKEN_DIGEST_H_

// Digests as two people compare them over the telephone.
//
// Thread-safe: a pure function.

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace mrg {

// Result: lowercase hex digits in groups of four, a blank between: "0f3a 77c1".
inline std::string SpokenDigest(absl::string_view bytes) {
  constexpr size_t kGroup = 4;
  const std::string hex = absl::BytesToHexString(bytes);
  std::string spoken;
  for (size_t at = 0; at < hex.size(); at += kGroup) {
    absl::StrAppend(&spoken, at == 0 ? "" : " ", hex.substr(at, kGroup));
  }
  return spoken;
}

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_SPOKEN_DIGEST_H_
