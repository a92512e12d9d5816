#ifndef MRG_TESTS_BENCH_LICENCE_BATCH_H_
#define MRG_TESTS_BENCH_LICENCE_BATCH_H_

// Licences to ask about, each of another holder, signed before the measurement starts: a licence
// that was presented before may one day cost a node less than a new one.
//
// Thread-safe: pure functions; SignQuestions signs in threads of its own.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace mrg {

// What all licences of a batch have in common.
struct LicenceIssue {
  std::string document;    // a licence, UTF-8 JSON
  std::string number;      // the holder's citizen identity number in it, 18 characters
  std::string issuing;     // jurisdiction that issued it
  std::string scheme;      // of the issuer's key: "sm2-sm3" or "ecdsa-p256-sha256"
  std::string issuer_pem;  // the issuer's private key, PKCS#8 PEM
};

// Result: the identity number (GB 11643) of the `serial`th synthetic holder of the area in which
// `number` was given. Different for each serial below 36,000,000.
std::string HolderNumber(absl::string_view number, int64_t serial);

// Result: `count` serialised RecognizeRequests without request_id, for holders `first` and up, all
// for use in Shanghai.
// Errors: of the scheme's name and of the key.
absl::StatusOr<std::vector<std::string>> SignQuestions(const LicenceIssue& issue, int64_t first,
                                                       int64_t count);

// Result: the whole request: `question` of SignQuestions under a request id, which is its first
// field.
std::string WithRequestId(absl::string_view request_id, absl::string_view question);

}  // namespace mrg

#endif  // MRG_TESTS_BENCH_LICENCE_BATCH_H_
